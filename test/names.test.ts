/**
 * What names say, on names as they are written: nearly all of these stand in seven open-source applications (an online
 * shop, a document signer, a wiki, an API platform, an LLM monitor, a bank demo, an insecure payroll), and each verdict
 * was decided by hand before the rules were tuned. A path is written as in code; `Type.field` is a field of a type.
 */
import { describe, expect, it } from 'vitest';
import { createGuardReader, createNameReader, splitWords } from '../src/5-flow/names.ts';
import { loadTaxonomy } from '../src/rules/taxonomy.ts';

const { names, guards } = loadTaxonomy();
const reader = createNameReader(names);

/** Category → names that hold it. */
const PERSONAL: Readonly<Record<string, string>> = {
  'user.name.first': `firstName user.firstName userDetails.firstName member.firstName user.given_name event.user.givenName
    ProviderUser.first_name initialValues.firstName UserData.firstName receiver.firstName body.given_name firstname`,
  'user.name.last': `lastName user.lastName profile.family_name ProviderUser.last_name currentUser.lastName event.user.familyName
    JumpCloudProfile.family_name alloc.lastName lastname`,
  'user.name': `user.name session.user.name envelope.user.name recipient.name recipients.name signer.name nextSigner.name
    documentOwner.name createdByUser.name invitedByUser.name row.original.user.name recipientName recipientPayload.name
    TransactionResponseItem.receiverName userFullName receiverName senderName inviterName authorName customerName
    organisationMemberName viewerName profile.displayName userDisplayName ctx.session.user.name CreateUserOptions.name
    UpdateProfileOptions.name GoogleProfile.name order.customer.name payload.user.name address.fullName card.fullName actor.name
    notification.actor.name mr.author.name users[0].name userData.name documentOwnerName patientName seller.contactName`,
  'user.account.username': `username user.username req.body.userName body.userName userHandle preferred_username
    payload.old_username issue.author.username loginName profile.username mentionedUserName`,
  'user.unique_id': `userId user.id req.user.id allocations.userId customerId recipientId authorId session.user.id contactUserId
    createdByUserId patientId user._id log.userId`,
  'user.unique_id.pseudonymous': 'sessionId distinctId anonymousId trackingId session_id',
  'user.authorization.password': `password user.password req.body.password newPassword currentPassword repeatPassword
    passwordRepeat confirmPassword values.repeatedPassword clearTextPassword passwordControl.value this.newPasswordControl
    userDetails.password UpdatePasswordOptions.currentPassword credentials.password passwd req.body.pwd`,
  'user.authorization.credentials': `passwordHash hashedPassword passwordResetToken sessionToken body.sessionToken
    refreshToken oauth.refresh_token idToken bearerToken accessToken user.twoFactorSecret totpSecret totpCode backupCodes
    userBackupCodes twoFactorBackupCodes otp otpCode securityAnswer recipient.token recipientToken user.token
    headers.authorization data.access_token magicLinkToken verificationToken user.apiKey`,
  'user.contact.email': `email user.email userEmail recipientEmail data.recipientEmail signerEmail newField.signerEmail
    emailAddress invitation.email memberEmail organisationMemberEmail directRecipientEmail createdByEmail author_email
    inviterEmail emails receiverEmails req.body.email event.user.email authUser.email initialEmail email.value
    invitedByUserEmail mentionedUserEmail row.original.ownerEmail customerEmail auditLog.email token.data.email job.data.email LoginPage.email
    CreateCustomerOptions.email UpdateUserOptions.email emailByUserId emailNormalized newEmail contactEmail e-mail
    order.customer.email file.owner.email config.user.email toEmail user.emailId`,
  'user.contact.phone_number': `phone phoneNumber user.phoneNumber userDetails.phoneNumber mobileNumber params.phoneNumber
    customer.mobile whatsappNumber contactNo msisdn UserData.phone`,
  'user.contact.address': `user.address StaticUser.address userAddress shippingAddress billing.address deliveryAddress
    order.shippingAddress streetAddress addressLine1 customer.address user.homeAddress`,
  'user.contact.address.city': 'address.city savedAddress.city user.city order.shippingAddress.city customer.city',
  'user.contact.address.postal_code': 'address.zipCode zipCode postalCode pincode shippingAddress.zip Address.zipCode',
  'user.contact.address.state': 'address.state Address.state billingState',
  'user.contact.address.country': 'address.country shippingAddress.country user.country',
  'user.contact.address.street': 'street address.street',
  'user.demographic.date_of_birth': 'dob user.dob dateOfBirth birthDate birthday patient.date_of_birth',
  'user.demographic.gender': 'gender user.sex patient.gender',
  'user.demographic.age_range': 'user.age patient.age ageGroup customerAge',
  'user.demographic.marital_status': 'maritalStatus',
  'user.government_id.national_identification_number': 'ssn user.ssn aadhaarNumber nationalId',
  'user.government_id.passport_number': 'passportNumber user.passport',
  'user.government_id.tax_number': 'panNumber user.pan',
  'user.financial.credit_card': `cardNumber cardNum card.cardNum Card.cardNum savedCards.cardNum cvv creditCardNumber card.number
    card.cvc`,
  'user.financial.bank_account': `accountNumber bankaccount.accountNumber routingNumber BankAccount.routingNumber iban ifsc
    bankAccount`,
  'user.payment.instrument': 'walletAddress upiId req.body.walletAddress vpa',
  'user.health_and_medical.condition': 'diagnosis patient.diagnosis symptoms bloodGroup patient.condition allergies',
  'user.health_and_medical.prescription': 'prescription order.prescription prescriptionUrl medications dosage',
  'user.health_and_medical.history': 'medicalHistory patient.medicalRecord',
  'user.health_and_medical.test_result': 'labReport bloodPressure',
  'user.biometric.face': 'faceEmbedding faceTemplate',
  'user.device.ip_address': `ipAddress req.ip ctx.request.ip lastLoginIp clientIp cfConnectingIp actorIpAddress remoteIp
    user.lastActiveIp metadata.requestMetadata.ipAddress x-forwarded-for req.socket.remoteAddress auditLog.ipAddress`,
  'user.device.browser':
    'userAgent navigator.userAgent headers.user-agent requestMetadata.userAgent user_agent log.userAgent',
  'user.device.device_id': 'deviceId imei advertisingId device.id',
  'user.location.precise': 'position.coords.latitude coords.longitude user.lat user.location.lng geolocation',
  'user.behavior.search_history': 'searchQuery recentSearches user.searchHistory',
  'user.behavior.browsing_history': 'req.headers.referer browsingHistory pagesVisited',
  'user.behavior.purchase_history': 'orderHistory user.orders purchaseHistory',
  'user.content.private': 'chatMessages ticket.message userMessage supportMessage',
  'user.content.self_image': `avatarUrl profileImage user.profileImage user.avatar event.user.picture author.avatar_url
    profile.picture user.image profilePictureUrl`,
  'user.social.account': 'user.googleId githubUsername linkedinUrl',
  'user.privacy_preferences': 'marketingConsent cookieConsent',
};

/** Names that look personal and are not: nothing may be read from them. */
const HARMLESS = `emailTemplate isEmailVerified emailVerified user.emailVerified emailQueue emailService emailTransport
  emailTransportId emailDomain emailDomainId emailSettings emailSubject emailType emailSent emailFailed emailCount emailQuota
  emailLanguage emailFingerprint emailHash emailDomains emailReports emailRateLimits emailVerification emailResult emailSchema
  emailBlocklist emailPlayground emailReplyTo emailFrom fromAddress from.address from.name supportEmail privacyContactEmail
  config.application.privacyContactEmail config.email config.email.from env.EMAIL_FROM EMAIL_FROM_ADDRESS teamEmail
  organisationEmail data.emailType isEmailQuotaExceeded sendEmail sendMail setEmail setEnteredEmail verifyEmail updateEmail
  validateEmail isValidEmail includeEmail suppressEmail findEmailDomains handleEmail placeholderEmail maskedEmail
  TemplateConfirmationEmail FieldType.EMAIL FieldType.Email RECIPIENT_DIFF_TYPE.EMAIL defaultEmail testEmail emailInUse
  bypassEmailVerification allowDangerousEmailAccountLinking isRecipientRemovedEmailEnabled SignupDisposableEmail replyToEmail
  errors.email errors.email.message touched.email welcomeEmail senderEmailIs emailSubjectLine emailProvider
  className headerClassName fileName file.name documentName document.name team.name project.name projectName modelName
  tableName hostname pathname appName queueName bucketName instanceName columnName fieldName roleName user.roleName groupName
  group.name organisation.name organisationName workspaceName product.name item.name category.name err.name error.name
  event.name node.type.name this.name tool.name toolName datasetName promptName scoreName traceName spanName tag.name config.name
  plan.name key.name apiKey.name token.name function.name option.name prompt.name params.name input.name data.name name
  displayName Card.displayName CardHeader.displayName AvatarFallback.displayName displayableName fullyQualifiedDomainName
  repoFullName repositoryFullName forkRepositoryFullName setFullName bankAccountsService analyticsName templateName
  cookieName k8sName pod.name constructor.name mark.type.name user.role.name user.team.name user.organization.name team.teamName
  onFilterObservationByName findByName orderByName renameFile username.length usernameRegex displayNameField envelope.team.name
  address this.address to.address address.address walletBalanceAddress contractAddress memoryAddress hostAddress
  server.address listenAddress addressId this.addressId addressService addressExist allowPrivateIPAddress ipAddressLabel
  allowIPAddressList isIpBlocked ipRanges serverIp podIp maxSubscriptionsPerIP description recipientCount
  password_min_length passwordPolicy passwordRegex hasPassword showPassword isPasswordValid verifyPassword resetPassword
  updatePassword changePassword resetPasswordLink forgotPassword passwordResetAvailable passwordStrength cookiePassword
  session.cookiePassword DATABASE_PASSWORD env.SMTP_PASSWORD smtp.password config.db.password dbPassword redisOptions.password
  isEmailPasswordSignupEnabled oauthUserPasswordChallenge passwordRepeatChallenge challenges.passwordHashLeakChallenge
  totalTokens inputTokens outputTokens maxTokens max_tokens promptTokens completionTokens tokenizerId tokenizerConfig
  tokenCount timeToFirstToken tokensPerSecond nextToken pageToken csrfToken csrfCookieToken captchaToken cancellationToken
  fontTokens designTokens costPerToken token tokens parsed.fontTokens tokenType tokenName tokenUrl token_endpoint
  accessTokenExpiresAt refreshTokenLifetime refreshTokenHash refreshTokenPrefix jwtSecret clientSecret webhookSecret
  secret signingSecret isSecret includeSecret sharedSecrets VAULT_TOKEN GITHUB_TOKEN STRIPE_SECRET_KEY hasValidToken
  setOtp preferOTP otpEnabled serviceTokenCiphertext slackBotToken githubToken
  usersCount usersMap.size userSettings.theme userService userRepository userController userAgentInfo.os.name
  userScrolledUp userRolloutState userInitiated userMembership userOrderBy userBatchSize userBadgeText userExpand
  isSessionUserTheInvitedUser currentUserRole userView.name mailer mailTransport mailQueue
  maxAge oauthCookieMaxAge minAge cacheAge usage message stage storage percentage page language documentLanguage image images
  image.url docker.image deployment.image topProductImage backgroundImage chatBotAvatar avatarFallback avatarClass
  avatarContentTypes defaultAvatarUrl city country input.country countryCode countryMapping showCountryDetails location
  window.location history.location state.country region regionName stateLocation opacity velocity capacity
  card overviewCard cardId cardBorder cardForeground cards bonusCardCount highCardinality
  agentOptions userAgentParser ignoredUserAgents https.Agent inAppAgent agent.name
  phoneRegex phoneVerified isPhoneRequired phonePlaceholder twilioPhoneNumber supportPhone
  birthdayTemplate genderOptions ageLimit diagnostics diagnostic healthcheck isHealthy health
  titleName title document.title job.title product.title state status signature signatures typedSignature
  company organization account accounts profileUrlBase linkImage githubContext TwoFactorAuthComponent.totpUrl
  assetProfile.name SymbolProfile.name teamProfile.name RecoveryCodeList PasswordInput ActorCell BankAccountList AvatarImage UserListItem ChatMessages
  orderId order.id product.id document.id teamId projectId id uuid observationId subscriptionId stripeProductId
  position.x coordinates lat latency latestVersion lng long width height weight db.host
  email.text url.password proxyURL.username POST.code MediaPlayer.displayName LOCAL_WHITELIST.ips seedUser`;

const list = (names: string): string[] => names.split(/\s+/).filter((name) => name !== '');
const pathOf = (written: string): string[] => written.split('.').flatMap((part) => part.split(/(?=\[)/));
const categoryOf = (written: string) => reader.classifyPath(pathOf(written))?.category ?? null;

describe('names that hold personal data', () => {
  it.each(Object.entries(PERSONAL))('%s', (category, written) => {
    const read = list(written).map((name) => `${name}: ${categoryOf(name)}`);
    expect(read).toEqual(list(written).map((name) => `${name}: ${category}`));
  });

  it('are enough to mean something, and the harmless ones are more', () => {
    expect(Object.values(PERSONAL).flatMap(list).length).toBeGreaterThanOrEqual(150);
    expect(new Set(list(HARMLESS)).size).toBeGreaterThanOrEqual(250);
  });
});

describe('names that only look like it', () => {
  it('are read as nothing', () => {
    const wrong = list(HARMLESS).map((name) => `${name}: ${categoryOf(name)}`);
    expect(wrong.filter((verdict) => !verdict.endsWith(': null'))).toEqual([]);
  });
});

describe('the object a name is a field of', () => {
  const user = ['id', 'name', 'email', 'phone'];
  const product = ['id', 'name', 'price', 'sku'];

  it('decides what ambiguous words mean', () => {
    expect(reader.classify('name', { owner: 'CreateUserDto' })?.category).toBe('user.name');
    expect(reader.classify('name', { owner: 'IUser' })?.category).toBe('user.name');
    expect(reader.classify('name', { owner: 'UserSchema' })?.category).toBe('user.name');
    expect(reader.classify('name', { owner: 'usersTable' })?.category).toBe('user.name');
    expect(reader.classify('name', { owner: 'body' })).toBeNull();
    expect(reader.classify('name', { owner: 'ProductDto' })).toBeNull();
    expect(reader.classify('name')).toBeNull();
  });

  it('is a person when personal fields stand beside the name, unless it is known to be something else', () => {
    expect(reader.classify('name', { owner: 'body', siblings: user })).toEqual({
      category: 'user.name',
      confidence: 'medium',
      subject: null,
    });
    expect(reader.classify('name', { owner: 'body', siblings: product })).toBeNull();
    expect(reader.classify('name', { owner: 'product', siblings: user })).toBeNull();
    // A database has a password and a host a name; a document beside an author's e-mail keeps its own title.
    expect(reader.classify('name', { siblings: ['host', 'name', 'password'] })).toBeNull();
    expect(reader.classify('title', { siblings: ['title', 'email'] })).toBeNull();
    expect(reader.classify('token', { siblings: ['token', 'email'] })).toBeNull();
  });

  it('is the thing whose id stands beside a picture', () => {
    expect(reader.classify('avatarUrl', { owner: 'Props', siblings: ['teamId', 'avatarUrl'] })).toBeNull();
    expect(reader.classify('avatarUrl', { owner: 'Props', siblings: ['userId', 'avatarUrl'] })).not.toBeNull();
    expect(
      reader.classify('avatarUrl', { owner: 'Props', siblings: ['userId', 'teamId', 'avatarUrl'] }),
    ).not.toBeNull();
    expect(reader.classify('avatarUrl', { owner: 'User', siblings: ['teamId', 'avatarUrl'] })).not.toBeNull();
    expect(reader.classify('avatarUrl', { siblings: ['id', 'avatarUrl'] })).not.toBeNull();
  });

  it('is no first name because a query found the first', () => {
    expect(reader.classifyPath(['findFirst', 'name'])).toBeNull();
    expect(reader.classifyPath(['first', 'name'])?.category).toBe('user.name.first');
  });

  it('makes its fields nobody’s, but for those that name a person themselves', () => {
    expect(reader.classify('email', { owner: 'config' })).toBeNull();
    expect(reader.classify('ownerEmail', { owner: 'file' })?.category).toBe('user.contact.email');
    expect(reader.classifyPath(['config', 'smtp', 'auth', 'password'])).toBeNull();
    expect(reader.classifyPath(['user', 'team', 'name'])).toBeNull();
  });

  it('tells whose data it is', () => {
    const subjectOf = (...path: string[]) => reader.classifyPath(path)?.subject;
    expect(subjectOf('patient', 'name')).toBe('patient');
    expect(subjectOf('order', 'customer', 'shippingAddress', 'city')).toBe('customer');
    expect(subjectOf('employeeEmail')).toBe('employee');
    expect(subjectOf('patientName')).toBe('patient');
    expect(subjectOf('user', 'spouseName')).toBe('next_of_kin');
    expect(subjectOf('email')).toBeNull();
  });

  it('is found through containers, indexes and trailing `value`s', () => {
    expect(reader.classifyPath(['result', 'rows', '[]', 'user', '0', 'name', 'value'])?.category).toBe('user.name');
    expect(reader.classifyPath(['this', 'form', 'email', 'value'])?.category).toBe('user.contact.email');
    expect(reader.classifyPath([])).toBeNull();
    expect(reader.classifyPath(['[]', '0'])).toBeNull();
  });
});

describe('how sure a name makes', () => {
  const confidenceOf = (...path: string[]) => reader.classifyPath(path)?.confidence;

  it('is high for what means one thing only', () => {
    for (const path of [
      'email',
      'password',
      'user.phoneNumber',
      'ssn',
      'dateOfBirth',
      'order.shippingAddress',
      'otp',
    ]) {
      expect([path, confidenceOf(...path.split('.'))]).toEqual([path, 'high']);
    }
  });

  it('is low for ids, search boxes and the keys of systems, so that reports stay calm', () => {
    for (const path of [
      'userId',
      'user.id',
      'sessionId',
      'searchQuery',
      'apiKey',
      'secretKey',
      'emailId',
      'lastLogin',
    ]) {
      expect([path, confidenceOf(...path.split('.'))]).toEqual([path, 'low']);
    }
    expect(confidenceOf('user', 'apiKey')).toBe('medium');
  });
});

describe('names of people', () => {
  const people = `user users currentUser newUser req_user customer existingCustomer patientRecord patients recipient nextSigner
    documentOwner author userData userDetails userInfo CreateUserDto UpdateUserInput UserEntity IUser usersByEmail usersById
    userWithSameEmail teamMembers dbUser updatedRecipient employee guests profile userProfile admin applicant seller
    user2 createdUser directRecipient selectedMembers contacts actor UserResponse customerList`;
  const others = `userService userRepository userAgent usersCount UserController userId userEmail isUser createUser getUser
    getUserData findUserByEmail userSettings userRole userRoleName userName userRouter userStore userSchemaVersion testUser
    mockUser USERS_TABLE MAX_USERS userToken userMembership recipientId recipientFields detectRecipients appendSigner
    customerCount ownerRepository contactUrl product config email viewer EnvelopePdfViewer client prismaClient account
    candidate accounts driver worker parent child node signature authorization actorType memberRole defaultUser`;

  it('are variables and types that hold one', () => {
    expect(list(people).filter((name) => reader.personOf(name) === null)).toEqual([]);
    expect(reader.personOf('patientRecord')).toBe('patient');
    expect(reader.personOf('currentCustomer')).toBe('customer');
    expect(reader.personOf('guestUser')).toBe('customer');
    expect(reader.personOf('seller')).toBe('supplier_vendor');
  });

  it('are not their services, ids, counts, functions and constants', () => {
    expect(list(others).filter((name) => reader.personOf(name) !== null)).toEqual([]);
  });
});

describe('words', () => {
  it.each([
    ['userIPAddress', 'user ip address'],
    ['XMLHttpRequest', 'xml http request'],
    ['e-mail', 'email'],
    ['eMails', 'email'],
    ['user_email_addresses', 'user email address'],
    ['X-Forwarded-For', 'x forwarded for'],
    ['line1', 'line 1'],
    ['userIDs', 'user id'],
    ['IPv4', 'ip 4'],
    ['OAuthToken', 'oauth token'],
    ['USER_EMAIL', 'user email'],
    ['diagnoses', 'diagnosis'],
    ['companies', 'company'],
    ['status', 'status'],
    ['address', 'address'],
    ['analytics', 'analytics'],
    ['$email', 'email'],
    ['größe', 'größe'],
    ['', ''],
    ['___', ''],
  ])('%s', (name, words) => {
    expect(splitWords(name).join(' ')).toBe(words);
  });

  it('are not read from names no one wrote, in bounded time', () => {
    const hostile = ['a'.repeat(100_000), 'A'.repeat(100_000), `${'IDs'.repeat(30_000)}`, 'aA1_'.repeat(30_000)];
    const start = performance.now();
    for (const name of hostile) expect(splitWords(name)).toEqual([]);
    expect(reader.classifyPath([...Array<string>(10_000).fill('user'), 'email'])?.category).toBe('user.contact.email');
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('that are properties of every object name nothing', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      expect(reader.classify(name, { owner: 'user' })).toBeNull();
      expect(reader.personOf(name)).toBeNull();
    }
  });
});

describe('names of conditions', () => {
  const guardReader = createGuardReader(guards);
  const said = (name: string): string | null => {
    const guard = guardReader.classify(name);
    return guard && `${guard.negated ? '!' : ''}${guard.kind}${guard.purpose ? `:${guard.purpose}` : ''}`;
  };

  it.each([
    ['consent', 'consent'],
    ['hasConsent', 'consent'],
    ['hasConsentFor', 'consent'],
    ['marketingConsent', 'consent:marketing'],
    ['marketing_consent', 'consent:marketing'],
    ['marketingConsentGivenAt', 'consent:marketing'],
    ['consentMarketing', 'consent:marketing'],
    ['gdprConsent', 'consent'],
    ['smsOptIn', 'consent:sms'],
    ['optInSms', 'consent:sms'],
    ['emailOptIn', 'consent:email'],
    ['optedIn', 'consent'],
    ['optedInToMarketing', 'consent:marketing'],
    ['marketingEmailConsent', 'consent:marketing'],
    ['newsletterSubscribed', 'consent:newsletter'],
    ['acceptsMarketing', 'consent:marketing'],
    ['cookieConsentStatus', 'consent:cookies'],
    ['cookiesAccepted', 'consent:cookies'],
    ['analyticsAllowed', 'consent:analytics'],
    ['allowTracking', 'consent:analytics'],
    ['adConsent', 'consent:advertising'],
    ['sharingConsent', 'consent:sharing'],
    ['thirdPartyConsent', 'consent:sharing'],
    ['pushOptIn', 'consent:push'],
    ['mayContact', 'consent'],
    ['patientConsent', 'consent'],
    ['healthDataConsent', 'consent'],
    ['noConsent', '!consent'],
    ['consentRevoked', '!consent'],
    ['marketingConsentWithdrawn', '!consent:marketing'],
    ['isUnsubscribed', '!opt-out'],
    ['unsubscribedAt', '!opt-out'],
    ['optedOut', '!opt-out'],
    ['marketingOptOut', '!opt-out:marketing'],
    ['doNotTrack', '!opt-out:analytics'],
    ['doNotSell', '!opt-out'],
    ['notOptedOut', 'opt-out'],
    ['isSubscribed', 'opt-out'],
    ['age', 'age'],
    ['isAdult', 'age'],
    ['isOver18', 'age'],
    ['isMinor', '!age'],
    ['isUnder13', '!age'],
    ['hasAcceptedTerms', 'acceptance'],
    ['termsAccepted', 'acceptance'],
    ['termsAcceptedAt', 'acceptance'],
    ['acceptedPrivacyPolicy', 'acceptance'],
    ['tosAccepted', 'acceptance'],
    ['agreedToTerms', 'acceptance'],
    ['privacyNoticeShown', 'notice'],
    ['courtOrder', 'legal-order'],
    ['abuseReport', 'abuse-case'],
    ['fraudDetected', 'abuse-case'],
    ['emailVerified', 'verification:email'],
    ['isAuthenticated', 'verification'],
    ['isLoggedIn', 'verification'],
    ['kycVerified', 'verification'],
    ['isAdmin', 'role'],
    ['hasRole', 'role'],
    ['currentUserRole', 'role'],
    ['isOwner', 'owner'],
  ])('%s is %s', (name, guard) => {
    expect(said(name)).toBe(guard);
  });

  it('are not the banners, forms, dates of birth and switches that share their words', () => {
    const harmless = `consentBanner showConsentBanner setConsent requestConsent saveConsent consentForm consentText consentUrl
      revokeConsent consentId minorVersion minor percentage page cnameVerified ownershipVerified verifiedDomain
      EMAIL_ENABLED isDocumentCompletedEmailEnabled v4AllowPreviewOptIn autoSignInOptOut searchSuppressed adminEmail
      roleText roleId adminUrl ownerId owner termsUrl termsText subscription subscriptionId unsubscribeUrl fraudScore
      acceptedFiles accepted noticeText email name storage marketingEmail allow permit`;
    expect(list(harmless).filter((name) => said(name) !== null)).toEqual([]);
  });
});
