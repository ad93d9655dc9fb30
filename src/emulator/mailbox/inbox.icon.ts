/** An open letter tray, drawn in a square of 64. */
export function trayOutline(colour: string): string {
  return `<path d="M8 36 16 14h32l8 22v14a4 4 0 0 1-4 4H12a4 4 0 0 1-4-4V36Zm0 0h14l4 7h12l4-7h14" fill="none" stroke="${colour}" stroke-width="3" stroke-linejoin="round"/>`;
}

export const inboxIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">${trayOutline('#7c8af5')}</svg>`;
