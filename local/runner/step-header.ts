/** What the runner prints before a step: its inputs and environment, masked (actions/runner, Handler.PrintActionDetails). */

type Values = Readonly<Record<string, string>>;

/** @param uses as in the workflow @param inputs those that are empty are not shown @param env the job's and the step's */
export function actionHeader(uses: string, inputs: Values, env: Values): string[] {
  const given = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== ''));
  return [`##[group]Run ${uses}`, ...listed('with', given), ...listed('env', env), '##[endgroup]'];
}

/** Before a post, neither is printed. */
export const postHeader = ['Post job cleanup.'] as const;

/** @param shell the command line, with `{0}` for the script */
export function scriptHeader(script: string, shell: string, env: Values): string[] {
  const lines = script.trimEnd().split('\n');
  const title = `##[group]Run ${lines.find((line) => line.trim() !== '')?.trim() ?? ''}`;
  return [title, ...lines, `shell: ${shell}`, ...listed('env', env), '##[endgroup]'];
}

function listed(title: string, values: Values): string[] {
  const entries = Object.entries(values);
  return entries.length === 0 ? [] : [`${title}:`, ...entries.map(([name, value]) => `  ${name}: ${value}`)];
}
