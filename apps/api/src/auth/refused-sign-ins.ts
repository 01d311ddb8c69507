import { Injectable } from '@nestjs/common';

/** How many attempts this instance has refused because of their number. */
@Injectable()
export class RefusedSignIns {
  private refused = 0;

  get total(): number {
    return this.refused;
  }

  count(): void {
    this.refused += 1;
  }
}
