import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Encryption } from './encryption.js';
import { MasterKeyRow } from './master-key-row.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([MasterKeyRow])],
  providers: [Encryption],
  exports: [Encryption],
})
export class EncryptionModule {}
