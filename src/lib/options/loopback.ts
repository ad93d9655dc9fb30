/** Whether the host of a URL is the local machine: RFC 6761 section 6.3, 127.0.0.0/8 or ::1. */
export function isLoopback({ hostname }: URL): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}
