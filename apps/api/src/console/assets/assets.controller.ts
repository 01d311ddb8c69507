import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { problem } from '#problems';
import { Public } from '../../access/access.decorator.js';
import { Assets } from './assets.js';

@ApiExcludeController()
@Controller('assets')
export class AssetsController {
  constructor(private readonly assets: Assets) {}

  @Get(':name')
  @Public()
  show(@Param('name') name: string, @Res() reply: FastifyReply): void {
    const asset = this.assets.find(name);
    if (!asset) throw problem('NOT_FOUND');
    void reply.type(asset.type).header('cache-control', 'public, max-age=31536000, immutable').send(asset.content);
  }
}
