import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditEntry } from './audit-entry.entity.js';

/** What was done to one key, without its uses. Whether somebody may see it is for the room of the keys to say. */
@Injectable()
export class KeyHistory {
  constructor(private readonly dataSource: DataSource) {}

  /** The newest entries first. */
  newest(apiKeyId: string, limit: number): Promise<AuditEntry[]> {
    return this.dataSource.manager.find(AuditEntry, {
      where: { apiKeyId },
      order: { timestamp: 'DESC', id: 'DESC' },
      take: limit,
    });
  }
}
