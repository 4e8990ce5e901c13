// Generated from spec/openapi.yaml by `npm run generate`. Do not edit.

export const EXAMPLES = {
  "getCfcPreSignedUrl": {
    "200 created": {
      "status": "CREATED",
      "preSignedS3Url": "https://storage.clear.in/v1/ap-south-1/ingestionv2-staging/307a6331-df8b-4bdd-a05a-d18812da0340/GSTSALES/2023/JANUARY/608996448b37488db5ef8a0db5c4f534/OriginalFileName/608996448b37488db5ef8a0db5c4f534__1674056071858.SalesInvoicesAndCreditOrDebitNotes?X-Amz-Security-Token=EXAMPLEEXAMPLEEXAMP%2F%2F%2F%2F%2F%2F%2F%2F%2F%2FLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAM%2FPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEX%2FAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPL%2FE%2BEXAMPLEEXAMPLEEXAM%2BPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXA%2FMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXA%2BMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE%2FEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMP%2FL%2FEEX%2BAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEE%2BXAMPLEEXAMPLEEXAMPL%2BEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAM%2FPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXA%2FMPLEE%2BXAMPLEEXAMPLEEXAMPLE%2FEXAMPLEEXAMPLEE%2B%2FXAMPLEEXAMPLEEXAMPLEEXAMPLEE%2BXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPL%2FEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEE%2BXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEX%2FAMPL%2BEEXAMPLEEXAMPLEEXAMPLEEXAMPLEE%2BXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMP%2BLEEXAMPLE%2FEXAMPLEEXAMPLEEXAMPLEEXAMPL%2BEEXAMPLEEXAMPLEEXA%2BMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXA%3D%3D&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20230118T153431Z&X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Expires=35999&X-Amz-Credential=ASIAEXAMPLEEXAMPLEEX%2F20230118%2Fap-south-1%2Fs3%2Faws4_request&X-Amz-Signature=deadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
      "errorCode": null,
      "errorMessage": null
    },
    "200 failed-invalid-request": {
      "status": "FAILED",
      "preSignedS3Url": null,
      "errorCode": "INTERNAL_ERROR",
      "errorMessage": "Internal Error in Clear. Contact support"
    },
    "200 failed-license-expired": {
      "status": "FAILED",
      "preSignedS3Url": null,
      "errorCode": "LICENSE_EXPIRED",
      "errorMessage": "Account License has expired"
    },
    "200 failed-api-quota-exceeded": {
      "status": "FAILED",
      "preSignedS3Url": null,
      "errorCode": "API_QUOTA_EXCEEDED",
      "errorMessage": "API access quota has exceeded"
    },
    "200 failed-permission-denied": {
      "status": "FAILED",
      "preSignedS3Url": null,
      "errorCode": "PERMISSION_DENIED",
      "errorMessage": "Don't have permission. Contact admin for access"
    },
    "401 authorization-failed": {
      "status": null,
      "preSignedS3Url": null,
      "errorCode": "AUTHORIZATION_FAILED",
      "errorMessage": "Invalid Auth Token"
    },
    "403 permission-denied": {
      "status": null,
      "preSignedS3Url": null,
      "errorCode": "PERMISSION_DENIED",
      "errorMessage": "Don't have permission. Contact admin for access"
    },
    "403 license-expired": {
      "status": null,
      "preSignedS3Url": null,
      "errorCode": "LICENSE_EXPIRED",
      "errorMessage": "Account License has expired"
    },
    "403 api-quota-exceeded": {
      "status": null,
      "preSignedS3Url": null,
      "errorCode": "API_QUOTA_EXCEEDED",
      "errorMessage": "API access quota has exceeded"
    },
    "500 file-content-type-missing": [
      {
        "errorCode": "INTERNAL_ERROR",
        "errorMessage": "Required request header 'fileContentType' for method parameter type FileContentType is not present",
        "errorField": null,
        "errorValues": null,
        "errorResolution": null
      }
    ]
  },
  "getGlsPreSignedUrl": {
    "200 success": {
      "status": 200,
      "success": true,
      "message": "generated pre-sign url successfully",
      "result": {
        "status": "OK",
        "uploadUrl": "https://storage.clear.in/v1/ap-south-1/one-integration-staging/85899214-187b-4ca5-9d53-f89a83f955ba/edadb372-d2db-4c95-b44c-057e76be78ef/2026/FEBRUARY/8/fb9ce29e-72ce-4661-8d34-c1e065502cb1/data_extraction/85899214-187b-4ca5-9d53-f89a83f955ba/abc.csv?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260208T121803Z&X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Expires=3599&X-Amz-Credential=AKIAEXAMPLEEXAMPLEEX%2F20260208%2Fap-south-1%2Fs3%2Faws4_request&X-Amz-Signature=deadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef"
      },
      "error": null,
      "metadata": null
    },
    "200 failure": {
      "status": 200,
      "success": false,
      "message": "ERROR",
      "result": null,
      "error": {
        "code": "400",
        "message": "Bad Request",
        "validationErrors": null
      },
      "metadata": null
    },
    "400 bad-request": {
      "status": 400,
      "success": false,
      "message": "ERROR",
      "result": null,
      "error": {
        "code": "400",
        "message": "Bad Request",
        "validationErrors": null
      },
      "metadata": null
    },
    "401 unauthorized": "UNAUTHORIZED",
    "403 forbidden": {
      "status": 403,
      "success": false,
      "message": "ERROR",
      "result": null,
      "error": {
        "code": "403",
        "message": "Forbidden",
        "validationErrors": null
      },
      "metadata": null
    },
    "406 invalid-file-extension": {
      "status": 406,
      "success": false,
      "message": "ERROR",
      "result": null,
      "error": {
        "code": "406",
        "message": "Invalid file extension. Allowed extensions: csv, xlsx, xls, zip",
        "validationErrors": null
      },
      "metadata": null
    },
    "500 internal-error": {
      "status": 500,
      "success": false,
      "message": "ERROR",
      "result": null,
      "error": {
        "code": "500",
        "message": "Internal Server Error",
        "validationErrors": null
      },
      "metadata": null
    }
  }
} as const;
