/**
 * The inputs of the step by name, as they were given: the runner passes each as a variable (actions/toolkit,
 * `core.getInput`). Those that `with` has and action.yml has not are among them (actions/runner, ActionRunner.cs).
 * Names are in lower case, because the runner writes them in upper case. Any other name is kept whole, as a variable
 * that is no input: an earlier step may set `INPUT_sts-endpoint`, which must not pass for the runner's own.
 * @param platform on Windows, variables whose names differ in case are one, which has the runner's value
 */
export function givenInputs(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const prefix = 'INPUT_';
  const nameOf = (variable: string): string => {
    const name = variable.slice(prefix.length).toLowerCase();
    return platform === 'win32' || `${prefix}${name.toUpperCase()}` === variable ? name : variable;
  };
  return Object.fromEntries(
    Object.entries(environment).flatMap(([variable, value]) =>
      variable.startsWith(prefix) && value !== undefined ? [[nameOf(variable), value]] : [],
    ),
  );
}
