import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyDocument } from './world.ts';

/**
 * A trust policy as customers deploy it, from `templates/trust-policies/`, with its placeholders (`${Name}`) filled.
 * @throws Error for a placeholder without a value, and for a value that nothing asks for
 */
export function trustPolicyFrom(name: string, values: Readonly<Record<string, string>>): PolicyDocument {
  const path = join(import.meta.dirname, '..', '..', 'templates', 'trust-policies', `${name}.json`);
  const used = new Set<string>();
  const text = readFileSync(path, 'utf8').replace(/\$\{(\w+)\}/g, (_, placeholder: string) => {
    const value = values[placeholder];
    if (value === undefined) throw new Error(`${name}: nothing fills the placeholder ${placeholder}`);
    used.add(placeholder);
    return value;
  });
  const idle = Object.keys(values).find((placeholder) => !used.has(placeholder));
  if (idle !== undefined) throw new Error(`${name}: has no placeholder ${idle}`);
  return JSON.parse(text) as PolicyDocument;
}
