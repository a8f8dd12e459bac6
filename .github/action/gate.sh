# Ends the job as the scan ended, now that its report is uploaded.
case "${ACTION_EXIT_CODE:-}" in
  0) ;;
  1) echo "::error title=troth::The code breaks promises of its privacy policy." ;;
  2) echo "::error title=troth::troth could not be run as it was asked to; the step before says why." ;;
  3) echo "::error title=troth::Some files were not analysed, so nothing was uploaded; the step before names them." ;;
  *) echo "::error title=troth::The scan did not come to its end." ;;
esac
exit "${ACTION_EXIT_CODE:-1}"
