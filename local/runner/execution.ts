import { rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { makeFiles, readFiles, type FileCommands } from './file-commands.ts';
import type { JobOptions } from './job-options.ts';
import { listFiles } from './leaks.ts';
import { StepLog } from './log.ts';
import { Masker } from './masker.ts';
import { invoke, type ProcessResult } from './process.ts';
import type { Outcome, StepResult } from './result.ts';
import { postHeader } from './step-header.ts';
import type { StepProcess } from './step-process.ts';

/** Runs the processes of a job: their environment, their files, their log, and what they leave in the job. */

/** The processes of one job. */
export class Execution {
  readonly masker = new Masker();
  readonly log: string[] = [];
  /** The job's environment: `env:` of workflow and job, and what steps wrote to GITHUB_ENV. */
  env: Record<string, string> = {};
  readonly #options: JobOptions;
  readonly #cancel = new AbortController();
  #paths: readonly string[] = [];
  #files: Readonly<Record<string, string>> = {};
  #count = 0;

  constructor(options: JobOptions) {
    this.#options = options;
    for (const secret of Object.values(options.secrets ?? {})) this.masker.add(secret);
    if (options.idToken) this.masker.add(options.idToken.requestToken);
  }

  /** Whether the job was cancelled. */
  get cancelled(): boolean {
    return this.#cancel.signal.aborted;
  }

  /** Begins the log of a step. */
  startStep(name: string, header: readonly string[]): StepLog {
    this.#options.onStep?.(this.masker.mask(name));
    const log = this.#newLog();
    for (const line of header) log.print(line);
    return log;
  }

  /** Prints lines of the runner's own, which belong to no step. */
  print(...lines: readonly string[]): void {
    const log = this.#newLog();
    for (const line of lines) log.print(line);
  }

  async run(step: StepProcess): Promise<StepResult> {
    const { machine, cancelAt } = this.#options;
    const files = this.#newFiles();
    const log = this.startStep(step.name, step.header ?? postHeader);
    for (const warning of step.warnings) log.annotate('warning', warning);
    const limit = new AbortController();
    const timer = setTimeout(() => {
      limit.abort();
    }, step.timeoutMinutes * 60_000);
    const line = (text: string): void => {
      log.read(text);
      if (step.kind !== 'post' && cancelAt?.test(text)) this.#cancel.abort();
    };
    const { file, args, folder } = step;
    const env = this.#environment(step, files);
    const cwd = join(machine.workspace, folder);
    const cancel = step.interruptible ? AbortSignal.any([this.#cancel.signal, limit.signal]) : limit.signal;
    const ended = await invoke({ file, args, cwd, env, line, cancel });
    clearTimeout(timer);
    if (ended.startError !== undefined) log.annotate('error', ended.startError);
    else if (ended.exitCode !== 0 && step.kind === 'run')
      log.annotate('error', `Process completed with exit code ${ended.exitCode ?? ended.signal ?? ''}.`);
    return this.#result(step, ended, this.#apply(files, log), log, limit.signal.aborted);
  }

  #newLog(): StepLog {
    const { debug = false, onLine } = this.#options;
    return new StepLog(this.masker, debug, (line) => {
      this.log.push(line);
      onLine?.(line);
    });
  }

  /** New files for a process. Those of the process before are removed, as the runner does. */
  #newFiles(): Readonly<Record<string, string>> {
    for (const path of Object.values(this.#files)) rmSync(path, { force: true });
    this.#files = makeFiles(this.#options.machine.temp, this.#count++);
    return this.#files;
  }

  /** Reads the step's files and applies them to the job. */
  #apply(files: Readonly<Record<string, string>>, log: StepLog): FileCommands {
    const commands = readFiles(files);
    for (const error of commands.errors) log.annotate('error', error);
    for (const [name, value] of Object.entries(commands.env)) log.debug(`${name}='${value}'`);
    for (const [name, value] of Object.entries(commands.outputs)) log.debug(`Set output ${name} = ${value}`);
    for (const [name, value] of Object.entries(commands.state))
      log.debug(`Save intra-action state ${name} = ${value}`);
    Object.assign(this.env, commands.env);
    for (const path of commands.paths) this.#paths = [path, ...this.#paths.filter((one) => one !== path)];
    return commands;
  }

  /**
   * Later layers win, in the order of actions/runner: the runner's own environment, the job's (GITHUB_ENV included), the
   * step's, STATE_ and INPUT_, PATH, GITHUB_ and RUNNER_, ACTIONS_.
   */
  #environment(step: StepProcess, files: Readonly<Record<string, string>>): Record<string, string> {
    const { machine, machineEnv = {}, idToken, chosen } = this.#options;
    const { PATH = '', ...rest } = {
      ...machine.baseEnv,
      ...machineEnv,
      ...this.env,
      ...step.env,
      ...step.variables,
    };
    const tokens =
      chosen.idToken && idToken
        ? {
            ACTIONS_ID_TOKEN_REQUEST_URL: idToken.requestUrl,
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: idToken.requestToken,
          }
        : {};
    const path = [...this.#paths, PATH].join(delimiter);
    return { ...rest, PATH: path, ...machine.fixedEnv, ...step.actionVariables, ...files, ...tokens };
  }

  #result(
    step: StepProcess,
    ended: ProcessResult,
    commands: FileCommands,
    log: StepLog,
    timedOut: boolean,
  ): StepResult {
    const { id, name, kind, continueOnError } = step;
    const cancelled = step.interruptible && this.cancelled;
    if (timedOut)
      log.annotate('error', `The action '${name}' has timed out after ${step.timeoutMinutes} minutes.`);
    else if (cancelled) log.annotate('error', 'The operation was canceled.');
    const failed = timedOut || ended.exitCode !== 0 || commands.unreadable || log.refused;
    const outcome: Outcome = cancelled && !timedOut ? 'cancelled' : failed ? 'failure' : 'success';
    const conclusion = outcome === 'failure' && continueOnError ? 'success' : outcome;
    const { exitCode, signal, stdout, stderr, commandLines, milliseconds } = ended;
    return {
      ...{ id, name, kind, outcome, conclusion, embedded: [] },
      ...{ exitCode, signal, stdout, stderr, commandLines, milliseconds },
      ...{ lines: log.lines, annotations: log.annotations, exported: commands.env, paths: commands.paths },
      outputs: { ...log.outputs, ...commands.outputs },
      state: { ...log.state, ...commands.state },
      // The runner masks summaries line by line.
      summary: commands.summary
        .split('\n')
        .map((line) => this.masker.mask(line))
        .join('\n'),
      files: listFiles(this.#options.machine.temp),
    };
  }
}
