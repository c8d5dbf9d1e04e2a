/* The codebook's words, asked of the daemon once. */
import { useEffect, useState } from "preact/hooks";
import { get } from "./api";

export type Vocabulary = Record<string, string[]> & { subtypes: Record<string, string[]> };
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
/** The words that a field may have; none where it may have any text. */
export function useStatuses(field: string): { words: string[] } {
  const value = useVocabulary();
  const list = value?.[field];
  return { words: Array.isArray(list) ? list : [] };
}
