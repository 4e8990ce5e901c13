// Generated from package.json by `npm run generate`. Do not edit.

export const USER_AGENT = "clear-presign/0.1.0" as const;
