/** As `npm start` and the image set it: glibc asks for large pages where the machine gives them to who asks. */
export const HUGE_PAGES = { GLIBC_TUNABLES: process.env.GLIBC_TUNABLES ?? 'glibc.malloc.hugetlb=1' };

/** The flags of Node that `npm start` and the image give. The hellos get them as well: what they gain is not akm's. */
export const NODE_FLAGS = '--max-semi-space-size=32';
