/** The media types that a pre-signed URL is signed for. */
export const CSV = "text/csv";
export const XLS = "application/vnd.ms-excel";
export const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
export const ZIP = "application/zip";

/** The lower-case extension of a file name, without the dot; empty where it has none of ASCII letters and digits. */
export function extension(fileName: string): string {
  return /\.([A-Za-z\d]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? "";
}
