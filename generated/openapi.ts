// Generated from spec/ by `npm run generate`. Do not edit.

export interface paths {
    readonly "/integration/v1/generatePreSign/{templateType}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get a pre-signed URL (CFC)
         * @description Returns a URL to which one sales or purchase file can be uploaded with a PUT. The token's user needs permission to
         *     create invoices.
         *
         *     A 200 is not always a success: `status` is `CREATED` or `FAILED`. A client error, such as a missing
         *     `fileContentType`, returns a 500, so a 500 alone is not a reason to retry.
         *
         *     The URL is valid for 10 minutes. It is signed with a session token and may expire before its own
         *     `X-Amz-Expires`.
         */
        readonly get: operations["getCfcPreSignedUrl"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/one-integration/action/pre-sign": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Get a pre-signed URL (GLS)
         * @description Returns a URL to which one file can be uploaded with a PUT.
         *
         *     A successful response has `success` true and a `result.uploadUrl`. On failure, the top-level `message` is
         *     only `ERROR`; the useful message is `error.message`. A 401 is plain text, so a client that accepts only
         *     JSON may not receive it: send `accept: *\/*`, as the documented request does.
         *
         *     The URL is valid for 1 hour.
         */
        readonly get: operations["getGlsPreSignedUrl"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * CFC template type
         * @description The type of the documents in a CFC file.
         * @enum {string}
         */
        readonly CfcTemplateType: "sales" | "purchase";
        /**
         * CFC file content type
         * @description The type of a CFC file, as a keyword.
         * @enum {string}
         */
        readonly CfcFileContentType: "XLSX" | "XLS" | "CSV";
        /**
         * CFC pre-signed URL, created
         * @description The URL was generated.
         */
        readonly CfcPreSignedUrlCreated: {
            /**
             * @description Whether the URL was generated. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            readonly status: "CREATED";
            /**
             * Format: uri
             * @description The pre-signed URL, valid for 10 minutes after it was generated. A secret.
             */
            readonly preSignedS3Url: string;
            /** @description Always null; there is no error. */
            readonly errorCode: null;
            /** @description Always null; there is no error. */
            readonly errorMessage: null;
        };
        /**
         * CFC error code
         * @description Why CFC returned no URL.
         * @enum {string}
         */
        readonly CfcErrorCode: "AUTHORIZATION_FAILED" | "LICENSE_EXPIRED" | "API_QUOTA_EXCEEDED" | "PERMISSION_DENIED" | "INTERNAL_ERROR";
        /**
         * CFC pre-signed URL, failed
         * @description The request was processed, but no URL was generated.
         */
        readonly CfcPreSignedUrlFailed: {
            /**
             * @description Whether the URL was generated. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            readonly status: "FAILED";
            /** @description Always null; there is no URL. */
            readonly preSignedS3Url: null;
            readonly errorCode: components["schemas"]["CfcErrorCode"];
            /** @description The error message. */
            readonly errorMessage: string;
        };
        /**
         * CFC pre-signed URL
         * @description The outcome of a processed request, distinguished by `status`.
         */
        readonly CfcPreSignedUrl: components["schemas"]["CfcPreSignedUrlCreated"] | components["schemas"]["CfcPreSignedUrlFailed"];
        /**
         * CFC error response
         * @description The user is not authenticated or not authorized. Unlike in a processed request, `status` is null.
         */
        readonly CfcErrorResponse: {
            /** @description Always null; the request was not processed. */
            readonly status: null;
            /** @description Always null; there is no URL. */
            readonly preSignedS3Url: null;
            readonly errorCode: components["schemas"]["CfcErrorCode"];
            /** @description The error message. */
            readonly errorMessage: string;
        };
        /**
         * CFC error detail
         * @description One entry of the array in a CFC 500.
         */
        readonly CfcErrorDetail: {
            readonly errorCode: components["schemas"]["CfcErrorCode"];
            /** @description The error message. */
            readonly errorMessage: string;
            /** @description The invalid field; null if there is none. Not in the page's tables. */
            readonly errorField: string | null;
            /** @description The invalid values; null if there are none. Not in the page's tables. */
            readonly errorValues: readonly string[] | null;
            /** @description How to resolve the error; null if there is no advice. Not in the page's tables. */
            readonly errorResolution: string | null;
        };
        /**
         * CFC error list
         * @description The body of a CFC 500, an array.
         */
        readonly CfcErrorList: readonly components["schemas"]["CfcErrorDetail"][];
        /**
         * GLS result
         * @description The details of the pre-signed URL.
         */
        readonly GlsResult: {
            /** @description The HTTP status text, such as "OK" or "BAD_REQUEST". */
            readonly status: string;
            /**
             * Format: uri
             * @description The pre-signed URL, valid for 1 hour (3600 seconds). A secret.
             */
            readonly uploadUrl: string;
        };
        /**
         * GLS pre-signed URL, success
         * @description The envelope of a success.
         */
        readonly GlsPreSignedUrlSuccess: {
            /** @description The HTTP status code of the response. */
            readonly status: number;
            /**
             * @description Always true; `result` has the URL.
             * @constant
             * @enum {boolean}
             */
            readonly success: true;
            /** @description A message, such as "generated pre-sign url successfully". */
            readonly message: string;
            readonly result: components["schemas"]["GlsResult"];
            /** @description Always null; there is no error. */
            readonly error: null;
            /** @description Always null. */
            readonly metadata: null;
        };
        /**
         * GLS error
         * @description Why the request failed.
         */
        readonly GlsError: {
            /** @description The error code; in the sample, the HTTP status as a string. */
            readonly code: string;
            /** @description The error message. */
            readonly message: string;
            /** @description Always null. */
            readonly validationErrors: null;
        };
        /**
         * GLS failure
         * @description The envelope of a failure.
         */
        readonly GlsFailure: {
            /** @description The HTTP status code of the response. */
            readonly status: number;
            /**
             * @description Always false; `error` has the reason.
             * @constant
             * @enum {boolean}
             */
            readonly success: false;
            /** @description Only "ERROR" in the sample; the useful message is `error.message`. */
            readonly message: string;
            /** @description Always null; there is no URL. */
            readonly result: null;
            readonly error: components["schemas"]["GlsError"];
            /** @description Always null. */
            readonly metadata: null;
        };
        /**
         * GLS pre-signed URL
         * @description The envelope of a processed request, distinguished by `success`.
         */
        readonly GlsPreSignedUrl: components["schemas"]["GlsPreSignedUrlSuccess"] | components["schemas"]["GlsFailure"];
        /**
         * GLS unauthorized text
         * @description The complete body of a GLS 401, as plain text.
         * @enum {string}
         */
        readonly GlsUnauthorizedText: "UNAUTHORIZED";
    };
    responses: {
        /** @description The request was processed. `status` is `CREATED`, or `FAILED` with an `errorCode`. */
        readonly CfcProcessed: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["CfcPreSignedUrl"];
            };
        };
        /** @description The user is not authenticated (`AUTHORIZATION_FAILED`). */
        readonly CfcUnauthorized: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["CfcErrorResponse"];
            };
        };
        /** @description The user is not authorized (`PERMISSION_DENIED`, `LICENSE_EXPIRED` or `API_QUOTA_EXCEEDED`). */
        readonly CfcForbidden: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["CfcErrorResponse"];
            };
        };
        /** @description An unhandled exception on Clear's side, or a request without a required header (`INTERNAL_ERROR`). */
        readonly CfcInternalError: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["CfcErrorList"];
            };
        };
        /** @description The request was processed. `success` is true if there is a URL. */
        readonly GlsProcessed: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["GlsPreSignedUrl"];
            };
        };
        /** @description The request is invalid, or a required parameter is missing. */
        readonly GlsBadRequest: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["GlsFailure"];
            };
        };
        /** @description Authentication failed. The body is plain text, not the envelope. */
        readonly GlsUnauthorized: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "text/plain": components["schemas"]["GlsUnauthorizedText"];
            };
        };
        /** @description The token is valid, but not allowed to use this `x-integration-id`. */
        readonly GlsForbidden: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["GlsFailure"];
            };
        };
        /** @description A parameter is invalid, such as a file name whose extension is not allowed. */
        readonly GlsNotAcceptable: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["GlsFailure"];
            };
        };
        /** @description Something went wrong on Clear's side. */
        readonly GlsInternalError: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["GlsFailure"];
            };
        };
    };
    parameters: {
        /** @description The type of the documents in the file. */
        readonly CfcTemplateTypePath: components["schemas"]["CfcTemplateType"];
        /** @description The type of the file to upload, as a keyword (not a media type). Without it, the response is a 500. */
        readonly CfcFileContentTypeHeader: components["schemas"]["CfcFileContentType"];
        /** @description The name of the file to upload, 1 to 1500 characters. */
        readonly CfcFileNameQuery: string;
        /** @description The identifier of the integration, a UUID of 36 characters provided by Clear. */
        readonly GlsIntegrationIdHeader: string;
        /** @description The name of the file to upload, with its extension: csv, xlsx, xls or zip. The extension must match the content type of the upload. No maximum length is documented. */
        readonly GlsFilenameQuery: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type CfcTemplateType = components['schemas']['CfcTemplateType'];
export type CfcFileContentType = components['schemas']['CfcFileContentType'];
export type CfcPreSignedUrlCreated = components['schemas']['CfcPreSignedUrlCreated'];
export type CfcErrorCode = components['schemas']['CfcErrorCode'];
export type CfcPreSignedUrlFailed = components['schemas']['CfcPreSignedUrlFailed'];
export type CfcPreSignedUrl = components['schemas']['CfcPreSignedUrl'];
export type CfcErrorResponse = components['schemas']['CfcErrorResponse'];
export type CfcErrorDetail = components['schemas']['CfcErrorDetail'];
export type CfcErrorList = components['schemas']['CfcErrorList'];
export type GlsResult = components['schemas']['GlsResult'];
export type GlsPreSignedUrlSuccess = components['schemas']['GlsPreSignedUrlSuccess'];
export type GlsError = components['schemas']['GlsError'];
export type GlsFailure = components['schemas']['GlsFailure'];
export type GlsPreSignedUrl = components['schemas']['GlsPreSignedUrl'];
export type GlsUnauthorizedText = components['schemas']['GlsUnauthorizedText'];
export type ResponseCfcProcessed = components['responses']['CfcProcessed'];
export type ResponseCfcUnauthorized = components['responses']['CfcUnauthorized'];
export type ResponseCfcForbidden = components['responses']['CfcForbidden'];
export type ResponseCfcInternalError = components['responses']['CfcInternalError'];
export type ResponseGlsProcessed = components['responses']['GlsProcessed'];
export type ResponseGlsBadRequest = components['responses']['GlsBadRequest'];
export type ResponseGlsUnauthorized = components['responses']['GlsUnauthorized'];
export type ResponseGlsForbidden = components['responses']['GlsForbidden'];
export type ResponseGlsNotAcceptable = components['responses']['GlsNotAcceptable'];
export type ResponseGlsInternalError = components['responses']['GlsInternalError'];
export type ParameterCfcTemplateTypePath = components['parameters']['CfcTemplateTypePath'];
export type ParameterCfcFileContentTypeHeader = components['parameters']['CfcFileContentTypeHeader'];
export type ParameterCfcFileNameQuery = components['parameters']['CfcFileNameQuery'];
export type ParameterGlsIntegrationIdHeader = components['parameters']['GlsIntegrationIdHeader'];
export type ParameterGlsFilenameQuery = components['parameters']['GlsFilenameQuery'];
export type $defs = Record<string, never>;
export interface operations {
    readonly getCfcPreSignedUrl: {
        readonly parameters: {
            readonly query: {
                /** @description The name of the file to upload, 1 to 1500 characters. */
                readonly fileName: components["parameters"]["CfcFileNameQuery"];
            };
            readonly header: {
                /** @description The type of the file to upload, as a keyword (not a media type). Without it, the response is a 500. */
                readonly fileContentType: components["parameters"]["CfcFileContentTypeHeader"];
            };
            readonly path: {
                /** @description The type of the documents in the file. */
                readonly templateType: components["parameters"]["CfcTemplateTypePath"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["CfcProcessed"];
            readonly 401: components["responses"]["CfcUnauthorized"];
            readonly 403: components["responses"]["CfcForbidden"];
            readonly 500: components["responses"]["CfcInternalError"];
        };
    };
    readonly getGlsPreSignedUrl: {
        readonly parameters: {
            readonly query: {
                /** @description The name of the file to upload, with its extension: csv, xlsx, xls or zip. The extension must match the content type of the upload. No maximum length is documented. */
                readonly filename: components["parameters"]["GlsFilenameQuery"];
            };
            readonly header: {
                /** @description The identifier of the integration, a UUID of 36 characters provided by Clear. */
                readonly "x-integration-id": components["parameters"]["GlsIntegrationIdHeader"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            readonly 200: components["responses"]["GlsProcessed"];
            readonly 400: components["responses"]["GlsBadRequest"];
            readonly 401: components["responses"]["GlsUnauthorized"];
            readonly 403: components["responses"]["GlsForbidden"];
            readonly 406: components["responses"]["GlsNotAcceptable"];
            readonly 500: components["responses"]["GlsInternalError"];
        };
    };
}
type FlattenedDeepRequired<T> = {
    [K in keyof T]-?: FlattenedDeepRequired<T[K] extends unknown[] | undefined | null ? Extract<T[K], unknown[]>[number] : T[K]>;
};
type ReadonlyArray<T> = [
    Exclude<T, undefined>
] extends [
    unknown[]
] ? Readonly<Exclude<T, undefined>> : Readonly<Exclude<T, undefined>[]>;
export const cfcTemplateTypeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["CfcTemplateType"]> = ["sales", "purchase"];
export const cfcFileContentTypeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["CfcFileContentType"]> = ["XLSX", "XLS", "CSV"];
export const cfcPreSignedUrlCreatedStatusValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["CfcPreSignedUrlCreated"]["status"]> = ["CREATED"];
export const cfcErrorCodeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["CfcErrorCode"]> = ["AUTHORIZATION_FAILED", "LICENSE_EXPIRED", "API_QUOTA_EXCEEDED", "PERMISSION_DENIED", "INTERNAL_ERROR"];
export const cfcPreSignedUrlFailedStatusValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["CfcPreSignedUrlFailed"]["status"]> = ["FAILED"];
export const glsUnauthorizedTextValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["GlsUnauthorizedText"]> = ["UNAUTHORIZED"];
