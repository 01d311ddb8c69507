import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { type Role, ROLES } from '../access/role.js';
import { ApiId, ApiList, ApiText } from '../http/api-field.decorators.js';
import { IsDefinedIfPresent } from '../http/defined-if-present.decorator.js';
import { PageDto } from '../http/page.dto.js';
import { IsEmailAddress, IsUsername } from './identity.decorators.js';

export class UserDto {
  /** @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  id: string;

  /** As its owner spelled it.
   * @example ada@example.com */
  @ApiText(254)
  email: string;

  /** @example ada */
  @ApiText(50)
  username: string;

  /** @example developer */
  @ApiProperty({ enum: ROLES })
  role: Role;

  /** A deactivated person cannot sign in.
   * @example true */
  is_active: boolean;

  /** Whether the e-mail address has been shown to be theirs.
   * @example false */
  is_verified: boolean;

  /** @example 2026-11-22T14:00:00.000Z */
  created_at: Date;

  /** @example 2026-11-22T14:05:00.000Z */
  last_login: Date | null;
}

export class ChangeRoleDto {
  /** @example readonly */
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role: Role;
}

/** Absent leaves a name as it is; it cannot be taken away. */
export class UpdateMeDto {
  /** @example ada@example.com */
  @IsDefinedIfPresent()
  @IsEmailAddress({ required: false })
  email?: string;

  /** @example ada */
  @IsDefinedIfPresent()
  @IsUsername({ required: false })
  username?: string;
}

export class CreateUserDto {
  /** @example grace@example.com */
  @IsEmailAddress()
  email: string;

  /** @example grace */
  @IsUsername()
  username: string;

  /** @example developer */
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role: Role;
}

export class CreatedUserDto extends UserDto {
  /** Signs in once and then only serves to choose another. Shown now and never again.
   * @example 7mk2-x9dp-3ftw-hq8b-zr4n-6vcj-gs5y */
  @ApiText(64)
  one_time_password: string;
}

export class UserPageDto extends PageDto {
  @ApiList(100)
  items: UserDto[];
}
