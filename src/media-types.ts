/** Media types that Clear signs pre-signed URLs for. */
export const CSV = "text/csv";
export const XLS = "application/vnd.ms-excel";
export const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
export const ZIP = "application/zip";

/** Returns a file name's extension in lower case, without the dot; empty unless it is ASCII letters and digits. */
export function extension(fileName: string): string {
  return /\.([A-Za-z\d]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? "";
}
