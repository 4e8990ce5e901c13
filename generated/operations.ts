// Generated from spec/openapi.yaml by `npm run generate`. Do not edit.

export const getCfcPreSignedUrl = {
  "id": "getCfcPreSignedUrl",
  "api": "cfc",
  "method": "GET",
  "path": "/integration/v1/generatePreSign/{templateType}",
  "tokenHeader": "x-cleartax-auth-token",
  "parameters": [
    {
      "name": "templateType",
      "in": "path",
      "required": true,
      "schema": {
        "type": "string",
        "enum": [
          "sales",
          "purchase"
        ]
      }
    },
    {
      "name": "fileContentType",
      "in": "header",
      "required": true,
      "schema": {
        "type": "string",
        "enum": [
          "XLSX",
          "XLS",
          "CSV"
        ]
      }
    },
    {
      "name": "fileName",
      "in": "query",
      "required": true,
      "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": 1500
      }
    }
  ],
  "upload": {
    "method": "PUT",
    "url": "/preSignedS3Url",
    "validForSeconds": 600,
    "contentTypeBy": "fileContentType",
    "contentTypes": {
      "CSV": "application/vnd.ms-excel",
      "XLS": "application/vnd.ms-excel",
      "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }
  }
} as const;

export const getGlsPreSignedUrl = {
  "id": "getGlsPreSignedUrl",
  "api": "gls",
  "method": "GET",
  "path": "/one-integration/action/pre-sign",
  "tokenHeader": "x-clear-auth-token",
  "parameters": [
    {
      "name": "x-integration-id",
      "in": "header",
      "required": true,
      "schema": {
        "type": "string",
        "format": "uuid"
      }
    },
    {
      "name": "filename",
      "in": "query",
      "required": true,
      "schema": {
        "type": "string",
        "pattern": "\\.([cC][sS][vV]|[xX][lL][sS][xX]?|[zZ][iI][pP])$"
      }
    }
  ],
  "upload": {
    "method": "PUT",
    "url": "/result/uploadUrl",
    "validForSeconds": 3600,
    "contentTypeBy": "filename",
    "contentTypes": {
      "csv": "text/csv",
      "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      "xls": "application/vnd.ms-excel",
      "zip": "application/zip"
    }
  }
} as const;

export const OPERATIONS = { getCfcPreSignedUrl, getGlsPreSignedUrl };

/** The documented responses of each operation, with the requests that get them. Their bodies are in examples.ts. */
export const RESPONSES = {
  "getCfcPreSignedUrl": [
    {
      "status": 200,
      "example": "created",
      "mediaType": "application/json",
      "when": {
        "request": "valid"
      }
    },
    {
      "status": 200,
      "example": "failed-invalid-request",
      "mediaType": "application/json",
      "when": {
        "request": "invalid"
      }
    },
    {
      "status": 200,
      "example": "failed-license-expired",
      "mediaType": "application/json"
    },
    {
      "status": 200,
      "example": "failed-api-quota-exceeded",
      "mediaType": "application/json"
    },
    {
      "status": 200,
      "example": "failed-permission-denied",
      "mediaType": "application/json"
    },
    {
      "status": 401,
      "example": "authorization-failed",
      "mediaType": "application/json",
      "when": {
        "token": "invalid"
      }
    },
    {
      "status": 403,
      "example": "permission-denied",
      "mediaType": "application/json"
    },
    {
      "status": 403,
      "example": "license-expired",
      "mediaType": "application/json"
    },
    {
      "status": 403,
      "example": "api-quota-exceeded",
      "mediaType": "application/json"
    },
    {
      "status": 500,
      "example": "file-content-type-missing",
      "mediaType": "application/json",
      "when": {
        "parameter": "fileContentType",
        "violates": "required"
      }
    }
  ],
  "getGlsPreSignedUrl": [
    {
      "status": 200,
      "example": "success",
      "mediaType": "application/json",
      "when": {
        "request": "valid"
      }
    },
    {
      "status": 200,
      "example": "failure",
      "mediaType": "application/json"
    },
    {
      "status": 400,
      "example": "bad-request",
      "mediaType": "application/json",
      "when": {
        "request": "invalid"
      }
    },
    {
      "status": 401,
      "example": "unauthorized",
      "mediaType": "text/plain",
      "when": {
        "token": "invalid"
      }
    },
    {
      "status": 403,
      "example": "forbidden",
      "mediaType": "application/json"
    },
    {
      "status": 406,
      "example": "invalid-file-extension",
      "mediaType": "application/json",
      "when": {
        "parameter": "filename",
        "violates": "pattern"
      }
    },
    {
      "status": 500,
      "example": "internal-error",
      "mediaType": "application/json"
    }
  ]
} as const;

export const STORAGE = {
  "getCfcPreSignedUrl": {
    "sessionToken": true,
    "expired": {
      "status": 400,
      "code": "ExpiredToken",
      "message": "The provided token has expired."
    }
  },
  "getGlsPreSignedUrl": {
    "sessionToken": false,
    "expired": {
      "status": 403,
      "code": "AccessDenied",
      "message": "Request has expired"
    }
  }
} as const;

export const SERVERS = {
  "sandbox": "https://api-sandbox.clear.in",
  "production": "https://api.clear.in"
} as const;
