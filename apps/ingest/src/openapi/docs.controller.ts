import { projectJsonSchema, PROJECT_SCHEMA_PATH } from '@alloy/policy';
import { Controller, Get, Header } from '@nestjs/common';
import { Open } from '../auth/needs';
import { docsPage } from './docs-page';
import { openApiDocument } from './document';

let document: unknown;
let projectSchema: unknown;
/** Created on first use. */
const described = (): unknown => (document ??= openApiDocument());

/** The description of the API, as a document and as a page. */
@Controller()
export class DocsController {
  @Get('openapi.json')
  @Open()
  openApi(): unknown {
    return described();
  }

  /** For editors, which have no token. */
  @Get(PROJECT_SCHEMA_PATH)
  @Open()
  @Header('content-type', 'application/schema+json')
  project(): unknown {
    return (projectSchema ??= projectJsonSchema());
  }

  @Get('docs')
  @Open()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
  docs(): string {
    return docsPage(described());
  }
}
