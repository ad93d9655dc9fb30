/** Moves the focus to where the person continues: to the first input, or else to the heading. */
export function moveFocus(card: HTMLElement): void {
  const input = card.querySelector<HTMLElement>('input:not([type=hidden])');
  (input ?? card.querySelector('h1'))?.focus();
}
