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

export const accessDenied = (message: string): Refusal => new Refusal(403, 'AccessDenied', message);
export const validationError = (message: string): Refusal => new Refusal(400, 'ValidationError', message);
export const invalidValue = (message: string): Refusal => new Refusal(400, 'InvalidParameterValue', message);

/** The text that IAM gives for every reason not to let a caller do something to a role. */
export function notAuthorized(caller: string, action: string, resource: string): Refusal {
  return accessDenied(`User: ${caller} is not authorized to perform: ${action} on resource: ${resource}`);
}
