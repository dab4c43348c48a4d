import { sourcePosition } from '../lexer/source-position.ts';
import type { Annotation, AnnotationSink } from './annotations.ts';

const maxShown = 10;

/** Collects annotations and renders them as the API shows them. */
export class AnnotationList implements AnnotationSink {
  readonly #found = new Map<string, Annotation>();

  add(annotation: Annotation): void {
    const { level, message, span } = annotation;
    const key = `${level}:${span?.start ?? ''}:${message}`;
    if (!this.#found.has(key)) this.#found.set(key, annotation);
  }

  /** Texts with positions in `text`, the query that was asked; no more than ten of a level. */
  render(text: string): { readonly warnings: readonly string[]; readonly infos: readonly string[] } {
    return { warnings: this.#renderLevel('warning', text), infos: this.#renderLevel('info', text) };
  }

  #renderLevel(level: Annotation['level'], text: string): readonly string[] {
    const texts = new Set<string>();
    for (const annotation of this.#found.values()) if (annotation.level === level) texts.add(shown(annotation, text));
    const all = [...texts];
    if (all.length <= maxShown) return all;
    return [...all.slice(0, maxShown), `${all.length - maxShown} more ${level} annotations omitted`];
  }
}

function shown({ level, message, span, isPlain }: Annotation, text: string): string {
  const prefix = isPlain === true ? '' : `PromQL ${level}: `;
  return span === undefined ? prefix + message : `${prefix}${message} (${sourcePosition(text, span.start)})`;
}
