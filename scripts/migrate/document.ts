import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  visit,
  type Document,
  type Node,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { surroundingsOf, type Surroundings } from './surroundings.ts';

/** Where the steps of a file are. */

/** The steps of one job or composite action, and how far their ids reach. */
export interface Place {
  readonly surroundings: Surroundings;
  readonly steps: readonly YAMLMap[];
  /** Offsets of what may read the outputs of these steps. */
  readonly range: readonly [number, number];
  readonly document: Document.Parsed;
}

const theirs = /^aws-actions\/configure-aws-credentials@/i;

/** The value of `uses` of a step that uses the other action. */
export function usesOf(step: YAMLMap, document: Document.Parsed): Scalar<string> | undefined {
  const uses: unknown = resolved(step.get('uses', true), document);
  return isScalar<string>(uses) && typeof uses.value === 'string' && theirs.test(uses.value.trim())
    ? uses
    : undefined;
}

/** @throws Error for a text that is not YAML, with the line */
export function placesIn(text: string): Place[] {
  const documents = [...(parseAllDocuments(text, { logLevel: 'error' }) as Document.Parsed[])];
  for (const { errors } of documents) {
    const [error] = errors;
    if (error) throw new Error(error.message.split('\n')[0]?.replace(/:$/, ''));
  }
  return documents.flatMap(placesOf);
}

function placesOf(document: Document.Parsed): Place[] {
  const file: unknown = document.toJS();
  const whole = [document.range[0], document.range[2]] as const;
  const places: Place[] = [];
  const add = (steps: unknown, job: unknown, range: readonly [number, number]): void => {
    const sequence = resolved(steps, document);
    if (!isSeq(sequence)) return;
    const maps = sequence.items.map((step) => resolved(step, document)).filter(isMap);
    places.push({ surroundings: surroundingsOf(file, job), steps: maps, range, document });
  };
  const root = document.contents;
  if (isMap(root)) {
    const jobs = resolved(root.get('jobs', true), document);
    for (const { value } of isMap(jobs) ? jobs.items : []) {
      const job = resolved(value, document);
      if (!isMap(job)) continue;
      add(job.get('steps', true), job.toJS(document), [job.range?.[0] ?? 0, job.range?.[2] ?? 0]);
    }
    const composite = resolved(root.get('runs', true), document);
    // The outputs of a composite action are outside its steps, anywhere in the file.
    if (isMap(composite)) add(composite.get('steps', true), undefined, whole);
  }
  return [...places, ...elsewhere(document, places, whole)];
}

/** Steps in files that are not workflows, such as parts that a generator combines. */
function elsewhere(
  document: Document.Parsed,
  places: readonly Place[],
  whole: readonly [number, number],
): Place[] {
  const seen = new Set(places.flatMap(({ steps }) => steps));
  const steps: YAMLMap[] = [];
  visit(document, {
    Map: (_, step) => {
      if (!seen.has(step) && usesOf(step, document)) steps.push(step);
    },
  });
  if (steps.length === 0) return [];
  return [{ surroundings: surroundingsOf(document.toJS(), undefined), steps, range: whole, document }];
}

/** What an alias stands for. */
export const resolved = (node: unknown, document: Document.Parsed): Node | undefined =>
  isAlias(node) ? node.resolve(document) : (node as Node | undefined);

/** How often a node with an anchor is used in other places. */
export function aliasesOf(node: { anchor?: string | undefined }, document: Document.Parsed): number {
  let count = 0;
  if (node.anchor === undefined) return 0;
  visit(document, {
    Alias: (_, alias) => {
      if (alias.source === node.anchor) count += 1;
    },
  });
  return count;
}
