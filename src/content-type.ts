/** What the description says about the PUT to a URL. */
export interface UploadDescription {
  readonly validForSeconds: number;
  /** The parameter whose value, or whose value's extension, is a key of `contentTypes`. */
  readonly contentTypeBy: string;
  readonly contentTypes: Readonly<Record<string, string>>;
}

/** Returns a file name's extension in lower case, without the dot; empty unless it is ASCII letters and digits. */
export function extension(fileName: string): string {
  return /\.([A-Za-z\d]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? "";
}

/** Returns the content type that a URL is signed for, for checked parameters. */
export function signedContentType(
  { contentTypeBy, contentTypes }: UploadDescription,
  parameters: Readonly<Record<string, string>>,
): string {
  const value = String(parameters[contentTypeBy]);
  return String(contentTypes[value] ?? contentTypes[extension(value)]);
}
