import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { JobsModule } from '../jobs/jobs.module.js';
import { Erasure } from './erasure.entity.js';
import { Erasures } from './erasures.js';

@Module({
  imports: [TypeOrmModule.forFeature([Erasure]), JobsModule],
  providers: [Erasures],
  exports: [Erasures],
})
export class ErasureModule {}
