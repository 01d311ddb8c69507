import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '#domain';
import { shared, single } from '../metrics/metric.js';
import { Metrics } from '../metrics/metrics.js';
import { RefusedSignIns } from './refused-sign-ins.js';
import { SignInAttempts } from './sign-in-attempts.js';

/** Whether somebody is trying passwords. */
@Injectable()
export class SignInMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly dataSource: DataSource,
    private readonly attempts: SignInAttempts,
    private readonly refused: RefusedSignIns,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const locked = shared(() => this.locked());
    this.metrics.add(
      {
        name: 'akm_accounts_locked',
        help: 'E-mail addresses, with an account or without, that nobody may sign in with for a while',
        type: 'gauge',
        read: async () => single(await locked()),
      },
      {
        name: 'akm_lockout_refusals_total',
        help: 'Attempts to sign in that this instance refused because the e-mail address was locked',
        type: 'counter',
        read: () => single(this.attempts.refused),
      },
      {
        name: 'akm_sign_in_limit_refusals_total',
        help: 'Attempts to sign in or register that this instance refused because of their number',
        type: 'counter',
        read: () => single(this.refused.total),
      },
    );
  }

  private async locked(): Promise<number> {
    const [row] = await this.dataSource.query<{ locked: number }[]>(LOCKED, [new Date(this.clock.now())]);
    return row?.locked ?? 0;
  }
}

const LOCKED = 'SELECT count(*)::int AS locked FROM sign_in_attempts WHERE locked_until > $1';
