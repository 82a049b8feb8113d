import type { Part } from './explanation.ts';

/** An explanation's parts as a log shows them, and as the summary of a job does. */

/** Lines for the log. What is to be pasted stands alone on its lines. */
export function logLines(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => {
    switch (part.kind) {
      case 'text':
        return [part.text];
      case 'steps':
        return part.steps.map((step, index) => `  ${index + 1}. ${step}`);
      case 'facts': {
        const width = Math.max(...part.facts.map(([name]) => name.length));
        return part.facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
      }
      case 'code':
        return part.code.split('\n');
    }
  });
}

/** GitHub's Markdown. Values from outside stand in code, or have lost what Markdown and HTML would take for their own. */
export function markdown(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case 'text':
          return plain(part.text);
        case 'steps':
          return part.steps.map((step, index) => `${index + 1}. ${plain(step)}`).join('\n');
        case 'facts':
          return [
            '| claim | value |',
            '| --- | --- |',
            ...part.facts.map(([name, value]) => `| ${cell(name)} | ${cell(value)} |`),
          ].join('\n');
        case 'code':
          return `\`\`\`${part.language}\n${part.code}\n\`\`\``;
      }
    })
    .join('\n\n');
}

/** A text whose special characters mean nothing. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|~#]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A value in a cell of a table. */
export function cell(value: string): string {
  return `<code>${plain(value)}</code>`;
}
