export const isHttps = (url: string): boolean => new URL(url).protocol === 'https:';
