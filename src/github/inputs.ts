/**
 * The inputs of the step by name, as they were given: the runner passes each as a variable (actions/toolkit,
 * `core.getInput`). Those that `with` has and action.yml has not are among them (actions/runner, ActionRunner.cs).
 * Names are in lower case, as variables lose the case of what was written.
 */
export function givenInputs(environment: NodeJS.ProcessEnv): Record<string, string> {
  const prefix = 'INPUT_';
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      name.startsWith(prefix) && value !== undefined
        ? [[name.slice(prefix.length).toLowerCase(), value]]
        : [],
    ),
  );
}
