/** When a scan started, for the one format that demands it. There is no clock: the same input gives the same report. */

/**
 * ISO 8601 in UTC, to the second. `SOURCE_DATE_EPOCH` (reproducible-builds.org) says it in seconds, GitLab's
 * `CI_JOB_STARTED_AT` as a date; undefined when neither does.
 */
export function startTime(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { SOURCE_DATE_EPOCH: epoch, CI_JOB_STARTED_AT: started } = environment;
  const time = /^\d{1,11}$/u.test(epoch ?? '') ? new Date(Number(epoch) * 1000) : new Date(started ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().slice(0, 19);
}
