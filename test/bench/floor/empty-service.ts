import 'reflect-metadata';
import { Controller, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

/** Takes anything and does nothing. */
@Controller()
class NothingController {
  @Post()
  @HttpCode(202)
  take(): { readonly taken: true } {
    return { taken: true };
  }
}

@Module({ controllers: [NothingController] })
class EmptyModule {}

/** The least that a Nest service can be: on Fastify, as Alloy's, with one route. Its port is its only argument. */
async function main(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(EmptyModule, new FastifyAdapter(), { logger: false });
  process.once('SIGTERM', () => void app.close().then(() => process.exit(0), () => process.exit(1)));
  await app.listen(Number(process.argv[2]), '127.0.0.1');
}

void main();
