/** Whether a host name in the form used in URLs (IPv6 with or without brackets) is a loopback name. */
export function isLoopback(hostname: string): boolean {
  return (
    /^(.+\.)?localhost$/i.test(hostname) ||
    /^127(\.\d{1,3}){3}$/.test(hostname) ||
    hostname === '::1' ||
    hostname === '[::1]'
  );
}
