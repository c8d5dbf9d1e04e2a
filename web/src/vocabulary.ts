/* The codebook's words, asked of the daemon once. */
import { useEffect, useState } from "preact/hooks";
import { get } from "./api";

export interface Term { name: string; form: string | null; operators: string[]; values: string; words: string[]; help: string; example: string }
export interface RuleLanguage { terms: Term[]; operators: string[]; keywords: string[]; regions: { name: string }[]; groups: { name: string }[]; macros: { name: string }[] }
export interface WatchOption { name: string; type: string; choices: string; default: string; help: string }
export interface Vocabulary { watch_options?: WatchOption[]; subtypes: Record<string, string[]>; rules?: RuleLanguage; settable?: { name: string; help: string }[]; [list: string]: unknown }
let asked: Promise<Vocabulary> | undefined;

export function vocabulary(): Promise<Vocabulary> {
  asked ??= get<Vocabulary>("vocabulary").catch((problem) => {
    asked = undefined;
    throw problem;
  });
  return asked;
}
export function useVocabulary(): Vocabulary | undefined {
  const [value, setValue] = useState<Vocabulary>();
  useEffect(() => {
    vocabulary().then(setValue, () => {});
  }, []);
  return value;
}
/** The words that a field may have, or the subtypes of a type; none where it may have any text. */
export function useStatuses(field: string): { words: string[] } {
  const value = useVocabulary();
  const list = value?.[field] ?? value?.subtypes[field];
  return { words: Array.isArray(list) ? (list as string[]) : [] };
}
