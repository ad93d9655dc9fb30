/** The outline of an inbox tray, for a 64 by 64 view box. */
export function trayOutline(color: string): string {
  return `<path d="M8 36 16 14h32l8 22v14a4 4 0 0 1-4 4H12a4 4 0 0 1-4-4V36Zm0 0h14l4 7h12l4-7h14" fill="none" stroke="${color}" stroke-width="3" stroke-linejoin="round"/>`;
}

export const iconPath = '/__emulator/icon.svg';

export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">${trayOutline('#7c8af5')}</svg>`;
