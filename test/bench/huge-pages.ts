/** As `npm start` and the image set it: glibc asks for large pages where the machine gives them to who asks. */
export const HUGE_PAGES = { GLIBC_TUNABLES: process.env.GLIBC_TUNABLES ?? 'glibc.malloc.hugetlb=1' };
