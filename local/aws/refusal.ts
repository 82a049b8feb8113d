/** An error of an AWS service. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** 403: the caller is not allowed to make the request. */
export const accessDenied = (message: string): Refusal => new Refusal(403, 'AccessDenied', message);
/** 400: a parameter breaks a rule of STS or a limit of the role. */
export const validationError = (message: string): Refusal => new Refusal(400, 'ValidationError', message);
/** 400: parameters cannot be combined, or not with the caller's session. */
export const invalidValue = (message: string): Refusal => new Refusal(400, 'InvalidParameterValue', message);

/** IAM's message. @param reason the policy type that denies the request, with a space before it; empty where AWS does not show it */
export function notAuthorized(caller: string, action: string, resource: string, reason = ''): Refusal {
  const text = `User: ${caller} is not authorized to perform: ${action} on resource: ${resource}`;
  return accessDenied(text + reason);
}
