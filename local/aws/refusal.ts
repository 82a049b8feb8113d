/** An error as a service of AWS answers it. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** 403: the caller may not, or may not so. */
export const accessDenied = (message: string): Refusal => new Refusal(403, 'AccessDenied', message);
/** 400: a parameter breaks a rule of its own, or the role's. */
export const validationError = (message: string): Refusal => new Refusal(400, 'ValidationError', message);
/** 400: parameters do not go together, or not with the caller's session. */
export const invalidValue = (message: string): Refusal => new Refusal(400, 'InvalidParameterValue', message);

/** The text that IAM gives for every reason not to let a caller do something to a role. */
export function notAuthorized(caller: string, action: string, resource: string): Refusal {
  return accessDenied(`User: ${caller} is not authorized to perform: ${action} on resource: ${resource}`);
}
