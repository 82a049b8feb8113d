import { cell, plain, table } from '../text/markdown.ts';
import type { Part } from './explanation.ts';

/** The parts of an explanation, as lines of the log and as Markdown of a job's summary. */

/** Lines for the log. Code is not indented, so that it can be copied. */
export function partsAsLines(parts: readonly Part[]): string[] {
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

/** Markdown. Values from outside are code, or have lost the characters that Markdown and HTML would interpret. */
export function partsAsMarkdown(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case 'text':
          return plain(part.text);
        case 'steps':
          return part.steps.map((step, index) => `${index + 1}. ${plain(step)}`).join('\n');
        case 'facts':
          return table(
            ['claim', 'value'],
            part.facts.map((fact) => fact.map(cell)),
          );
        case 'code':
          return `\`\`\`${part.language}\n${part.code}\n\`\`\``;
      }
    })
    .join('\n\n');
}
