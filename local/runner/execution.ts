import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFiles, readFiles, type Said } from './file-commands.ts';
import type { JobOptions } from './job-options.ts';
import { listFiles } from './leaks.ts';
import { StepLog } from './log.ts';
import { Masker } from './masker.ts';
import { invoke, type Ended } from './process.ts';
import type { Outcome, StepResult } from './result.ts';

/** How one process of a job is run: its environment, its files, its log, and what it leaves in the job. */

/** One process to run. */
export interface Start {
  readonly name: string;
  readonly id: string | undefined;
  readonly kind: StepResult['kind'];
  readonly file: string;
  readonly args: readonly string[];
  /** Relative to the workspace. */
  readonly folder: string;
  /** The step's own `env:`. */
  readonly own: Readonly<Record<string, string>>;
  /** STATE_ and INPUT_. */
  readonly variables: Readonly<Record<string, string>>;
  /** GITHUB_ACTION and its like. */
  readonly facts: Readonly<Record<string, string>>;
  /** What the runner prints before the process begins. */
  readonly opening: readonly string[];
  readonly warnings: readonly string[];
  readonly minutes: number;
  readonly forgiven: boolean;
  /** Whether cancelling the job ends it: not where its `if:` holds in a cancelled job. */
  readonly interruptible: boolean;
}

/** What all processes of a job share. */
export class Execution {
  readonly masker = new Masker();
  readonly log: string[] = [];
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
  open(name: string, opening: readonly string[]): StepLog {
    this.#options.onStep?.(this.masker.mask(name));
    const log = this.#newLog();
    for (const line of opening) log.print(line);
    return log;
  }

  /** Lines of the runner's own, that belong to no step. */
  say(...lines: readonly string[]): void {
    const log = this.#newLog();
    for (const line of lines) log.print(line);
  }

  async run(start: Start): Promise<StepResult> {
    const { machine, cancelAt } = this.#options;
    const files = this.#newFiles();
    const log = this.open(start.name, start.opening);
    for (const warning of start.warnings) log.annotate('warning', warning);
    const limit = new AbortController();
    const timer = setTimeout(() => {
      limit.abort();
    }, start.minutes * 60_000);
    const line = (text: string): void => {
      log.take(text);
      if (start.kind !== 'post' && cancelAt?.test(text)) this.#cancel.abort();
    };
    const { file, args, folder } = start;
    const env = this.#environment(start, files);
    const cwd = join(machine.workspace, folder);
    const cancel = start.interruptible ? AbortSignal.any([this.#cancel.signal, limit.signal]) : limit.signal;
    const ended = await invoke({ file, args, cwd, env, line, cancel });
    clearTimeout(timer);
    if (ended.notStarted !== undefined) log.annotate('error', ended.notStarted);
    else if (ended.exitCode !== 0 && start.kind === 'run')
      log.annotate('error', `Process completed with exit code ${ended.exitCode ?? ended.signal ?? ''}.`);
    return this.#result(start, ended, this.#take(files, log), log, limit.signal.aborted);
  }

  #newLog(): StepLog {
    const { debug = false, onLine } = this.#options;
    return new StepLog(this.masker, debug, (line) => {
      this.log.push(line);
      onLine?.(line);
    });
  }

  /** New files for a process; those of the one before are removed, as the runner does. */
  #newFiles(): Readonly<Record<string, string>> {
    for (const path of Object.values(this.#files)) rmSync(path, { force: true });
    this.#files = makeFiles(this.#options.machine.temp, this.#count++);
    return this.#files;
  }

  /** What the step's files say, taken over into the job. */
  #take(files: Readonly<Record<string, string>>, log: StepLog): Said {
    const said = readFiles(files);
    for (const error of said.errors) log.annotate('error', error);
    for (const [name, value] of Object.entries(said.env)) log.debug(`${name}='${value}'`);
    for (const [name, value] of Object.entries(said.outputs)) log.debug(`Set output ${name} = ${value}`);
    for (const [name, value] of Object.entries(said.state))
      log.debug(`Save intra-action state ${name} = ${value}`);
    Object.assign(this.env, said.env);
    for (const path of said.paths) this.#paths = [path, ...this.#paths.filter((one) => one !== path)];
    return said;
  }

  /** Later ones win: actions/runner lays them over each other in this order. */
  #environment(start: Start, files: Readonly<Record<string, string>>): Record<string, string> {
    const { machine, machineEnv = {}, idToken, chosen } = this.#options;
    const { PATH, ...rest } = {
      ...{ PATH: process.env['PATH'] ?? '', HOME: machine.home, LANG: 'C.UTF-8', CI: 'true' },
      ...{ RUNNER_TRACKING_ID: machine.trackingId },
      ...machineEnv,
      ...this.env,
      ...start.own,
      ...start.variables,
    };
    const tokens =
      chosen.idToken && idToken
        ? {
            ACTIONS_ID_TOKEN_REQUEST_URL: idToken.requestUrl,
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: idToken.requestToken,
          }
        : {};
    const path = [...this.#paths, PATH].join(':');
    return { ...rest, PATH: path, ...machine.fixed, ...start.facts, ...files, ...tokens };
  }

  #result(start: Start, ended: Ended, said: Said, log: StepLog, late: boolean): StepResult {
    const { id, name, kind, forgiven } = start;
    const cancelled = start.interruptible && this.cancelled;
    if (late) log.annotate('error', `The action '${name}' has timed out after ${start.minutes} minutes.`);
    else if (cancelled) log.annotate('error', 'The operation was canceled.');
    const failed = late || ended.exitCode !== 0 || said.broken || log.refused;
    const outcome: Outcome = cancelled && !late ? 'cancelled' : failed ? 'failure' : 'success';
    const { exitCode, signal, stdout, stderr, commandLines, milliseconds } = ended;
    return {
      ...{ id, name, kind, outcome, conclusion: outcome === 'failure' && forgiven ? 'success' : outcome },
      ...{ exitCode, signal, stdout, stderr, commandLines, milliseconds },
      ...{ lines: log.lines, annotations: log.annotations, exported: said.env },
      outputs: { ...log.outputs, ...said.outputs },
      state: { ...log.state, ...said.state },
      // Line by line, as the runner scrubs it.
      summary: said.summary
        .split('\n')
        .map((line) => this.masker.mask(line))
        .join('\n'),
      files: listFiles(this.#options.machine.temp),
    };
  }
}
