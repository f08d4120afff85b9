/** The library's reader of SOAP answers; the package has types for its main entry only. */
declare module "onvif/lib/utils.js" {
  export function parseSOAPString(
    xml: string,
    callback: (error: Error | null, body?: unknown, xml?: string, status?: number) => void,
    status: number,
  ): void;
}
