/** `new_network` is `New network`. */
export function inWords(name: string): string {
  return capitalised(name.replaceAll('_', ' '));
}

export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
