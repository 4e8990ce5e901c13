// Generated from spec/openapi.yaml by `npm run generate`. Do not edit.

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
         * @description Returns a URL to which one sales or purchase file can be uploaded with a PUT. The user should have
         *     permission to create invoices.
         *
         *     A 200 may be a success or a validation error: `status` is `CREATED` or `FAILED`. In the only sample of
         *     a 500, the request lacks the header `fileContentType`, so a 500 alone is not a reason to retry.
         *
         *     The URL is valid for only 10 minutes. The sample URL is signed with a session token; such a URL may
         *     expire before its own `X-Amz-Expires`.
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
         * @description Returns a URL to which one file can be uploaded with a PUT. Creating the ingestion activity takes the
         *     URL again.
         *
         *     If `success` is true, `result` has the `uploadUrl`. In the sample of a failure, the top-level `message`
         *     is only `ERROR`; the useful message is `error.message`. In the sample, a 401 is plain text, so a client
         *     that accepts only JSON may not receive it: send `accept: *\/*`, as the sample requests do.
         *
         *     The URL is valid for only 1 hour.
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
             * @description The pre-signed URL, valid for only 10 minutes after it was generated. A secret (inferred).
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
            /** @description Always null (inferred); there is no URL. */
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
         * @description The user is not authenticated or not authorized. Unlike in a processed request, `status` is null, as in the 401 sample.
         */
        readonly CfcErrorResponse: {
            /** @description Null, as in the 401 sample. */
            readonly status: null;
            /** @description Null, as in the 401 sample; there is no URL. */
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
         * @description The body of a CFC 500, an array. The sample has one entry.
         */
        readonly CfcErrorList: readonly components["schemas"]["CfcErrorDetail"][];
        /**
         * GLS result
         * @description The details of the pre-signed URL.
         */
        readonly GlsResult: {
            /** @description The status of the operation as an HTTP status text, such as "OK" or "BAD_REQUEST". */
            readonly status: string;
            /**
             * Format: uri
             * @description The pre-signed URL, valid for only 1 hour (3600 seconds). Two later steps take it: uploading the file to storage (step 2) and creating an ingestion activity (step 3). A secret (inferred).
             */
            readonly uploadUrl: string;
        };
        /**
         * GLS pre-signed URL, success
         * @description The envelope of a success.
         */
        readonly GlsPreSignedUrlSuccess: {
            /** @description The HTTP status code of the response. What another one would mean is not documented. */
            readonly status: number;
            /**
             * @description Always true; `result` has the URL.
             * @enum {boolean}
             */
            readonly success: true;
            /** @description A human-readable message about the result, such as "generated pre-sign url successfully". */
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
            /** @description The HTTP status code of the response. What another one would mean is not documented. */
            readonly status: number;
            /**
             * @description Always false; `error` has the reason.
             * @enum {boolean}
             */
            readonly success: false;
            /** @description A human-readable message about the result. It is only "ERROR" in the sample; the useful message is `error.message`. */
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
        /** @description The request was processed successfully: a success (`CREATED`) or a validation error (`FAILED`, with an `errorCode`). */
        readonly CfcProcessed: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["CfcPreSignedUrl"];
            };
        };
        /** @description The user is not authenticated for the operation (`AUTHORIZATION_FAILED`). */
        readonly CfcUnauthorized: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["CfcErrorResponse"];
            };
        };
        /** @description The user is not authorized for the operation (`PERMISSION_DENIED`, `LICENSE_EXPIRED` or `API_QUOTA_EXCEEDED`, inferred). */
        readonly CfcForbidden: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["CfcErrorResponse"];
            };
        };
        /** @description An unhandled exception on Clear's side (`INTERNAL_ERROR`). In the sample, the request lacks a required header. */
        readonly CfcInternalError: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["CfcErrorList"];
            };
        };
        /** @description The request was processed successfully. If `success` is true, `result` has the URL. */
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
        /** @description Authentication failed. In the sample, the body is plain text, not the envelope. */
        readonly GlsUnauthorized: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "text/plain": components["schemas"]["GlsUnauthorizedText"];
            };
        };
        /** @description Forbidden. The page does not say what; perhaps the token is not allowed to use this `x-integration-id` (inferred). */
        readonly GlsForbidden: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["GlsFailure"];
            };
        };
        /** @description A parameter is invalid or cannot be processed in the expected format, such as a file name whose extension is not allowed. */
        readonly GlsNotAcceptable: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["GlsFailure"];
            };
        };
        /** @description Something went wrong on the server. */
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
        /** @description The type of the file to upload, as a keyword (not a media type). Mandatory. Without it, the response is a 500, as in the sample. */
        readonly CfcFileContentTypeHeader: components["schemas"]["CfcFileContentType"];
        /** @description The name of the file to upload, 1 to 1500 characters. */
        readonly CfcFileNameQuery: string;
        /** @description The identifier of the integration, a UUID of 36 characters provided by Clear. Mandatory. */
        readonly GlsIntegrationIdHeader: string;
        /** @description The name of the file to upload, with its extension: csv, xlsx, xls or zip. Mandatory. The extension should match the content type or MIME type of the file. No maximum length is documented. */
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
                /** @description The type of the file to upload, as a keyword (not a media type). Mandatory. Without it, the response is a 500, as in the sample. */
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
                /** @description The name of the file to upload, with its extension: csv, xlsx, xls or zip. Mandatory. The extension should match the content type or MIME type of the file. No maximum length is documented. */
                readonly filename: components["parameters"]["GlsFilenameQuery"];
            };
            readonly header: {
                /** @description The identifier of the integration, a UUID of 36 characters provided by Clear. Mandatory. */
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
