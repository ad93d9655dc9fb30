/** Whether a host name, as a URL has it (IPv6 in brackets or not), can only mean this machine. */
export function isLoopback(hostname: string): boolean {
  return (
    /^(.+\.)?localhost$/i.test(hostname) ||
    /^127(\.\d{1,3}){3}$/.test(hostname) ||
    hostname === '::1' ||
    hostname === '[::1]'
  );
}
