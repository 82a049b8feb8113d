import { join } from 'node:path';
import { makeFiles, readFiles, type Said } from './file-commands.ts';
import type { JobOptions } from './job.ts';
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
  /** What the runner prints before the process begins. */
  readonly opening: readonly string[];
  readonly warning?: string | undefined;
  readonly minutes: number;
  readonly forgiven: boolean;
}

/** What all processes of a job share. */
export class Execution {
  readonly masker = new Masker();
  readonly log: string[] = [];
  env: Record<string, string> = {};
  readonly #options: JobOptions;
  readonly #cancel = new AbortController();
  #paths: string[] = [];
  #count = 0;

  constructor(options: JobOptions) {
    this.#options = options;
    for (const secret of Object.values(options.secrets ?? {})) this.masker.add(secret);
    if (options.idToken) this.masker.add(options.idToken.requestToken);
  }

  async run(start: Start): Promise<StepResult> {
    const { machine, cancelAt } = this.#options;
    const files = makeFiles(machine.temp, this.#count++);
    const log = this.#open(start);
    // A post has a life of its own: cancelling the job does not end it.
    const cancel = start.kind === 'post' ? new AbortController() : this.#cancel;
    const line = (text: string): void => {
      log.take(text);
      if (cancelAt?.test(text)) cancel.abort();
    };
    const limit = setTimeout(() => {
      cancel.abort();
    }, start.minutes * 60_000);
    const { file, args, folder } = start;
    const env = this.#environment(start, files);
    const ended = await invoke({
      file,
      args,
      cwd: join(machine.workspace, folder),
      env,
      line,
      cancel: cancel.signal,
    });
    clearTimeout(limit);
    const said = readFiles(files);
    for (const error of said.errors) log.annotate('error', error, undefined);
    Object.assign(this.env, said.env);
    this.#paths = [...said.paths, ...this.#paths];
    return this.#result(start, ended, said, log);
  }

  #open({ opening, warning }: Start): StepLog {
    const { debug = false, onLine } = this.#options;
    const log = new StepLog(this.masker, debug, (line) => {
      this.log.push(line);
      onLine?.(line);
    });
    for (const line of opening) log.print(line);
    if (warning !== undefined) log.annotate('warning', warning, undefined);
    return log;
  }

  /** Later ones win: actions/runner lays them over each other in this order. */
  #environment({ own, variables }: Start, files: Readonly<Record<string, string>>): Record<string, string> {
    const { machine, machineEnv = {}, idToken, chosen } = this.#options;
    const base = {
      PATH: process.env['PATH'] ?? '',
      HOME: machine.home,
      LANG: 'C.UTF-8',
      CI: 'true',
      ...machineEnv,
    };
    const path = { PATH: [...this.#paths, base.PATH].join(':') };
    const tokens =
      chosen.idToken && idToken
        ? {
            ACTIONS_ID_TOKEN_REQUEST_URL: idToken.requestUrl,
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: idToken.requestToken,
          }
        : {};
    return { ...base, ...path, ...this.env, ...own, ...variables, ...machine.fixed, ...files, ...tokens };
  }

  #result(start: Start, ended: Ended, said: Said, log: StepLog): StepResult {
    const { id, name, kind, forgiven } = start;
    const code = ended.exitCode ?? ended.signal ?? '';
    if (ended.exitCode !== 0 && kind === 'run')
      log.annotate('error', `Process completed with exit code ${code}.`, undefined);
    const failed = ended.exitCode !== 0 || said.errors.length > 0;
    const cancelled = kind !== 'post' && this.#cancel.signal.aborted;
    const outcome: Outcome = cancelled ? 'cancelled' : failed ? 'failure' : 'success';
    const { lines, annotations } = log;
    const { outputs, env: exported, state } = said;
    return {
      ...{ id, name, kind, outcome, conclusion: outcome === 'failure' && forgiven ? 'success' : outcome },
      ...ended,
      ...{ lines, annotations, outputs, exported, state, summary: this.masker.mask(said.summary) },
      files: listFiles(this.#options.machine.temp),
    };
  }
}
