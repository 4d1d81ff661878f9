import { Controller, Get, Header } from '@nestjs/common';
import { Open } from '../auth/needs';
import { docsPage } from './docs-page';
import { openApiDocument } from './document';

let document: unknown;
/** Made when it is first asked for. */
const described = (): unknown => (document ??= openApiDocument());

/** What the API is, for machines and for people. */
@Controller()
export class DocsController {
  @Get('openapi.json')
  @Open()
  openApi(): unknown {
    return described();
  }

  @Get('docs')
  @Open()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
  docs(): string {
    return docsPage(described());
  }
}
