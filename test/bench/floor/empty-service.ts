import 'reflect-metadata';
import { Controller, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

/** Accepts any body and does nothing. */
@Controller()
class EmptyController {
  @Post()
  @HttpCode(202)
  accept(): { readonly accepted: true } {
    return { accepted: true };
  }
}

@Module({ controllers: [EmptyController] })
class EmptyModule {}

/** A minimal Nest service on Fastify, as Alloy's services are, with one route. Its only argument is the port. */
async function main(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(EmptyModule, new FastifyAdapter(), { logger: false });
  process.once('SIGTERM', () => void app.close().then(() => process.exit(0), () => process.exit(1)));
  await app.listen(Number(process.argv[2]), '127.0.0.1');
}

void main();
