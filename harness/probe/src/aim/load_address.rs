//! Where the program was loaded: what has to be added to an address in its file.

/// The difference between an address in the running program and the same place's address in its file.
#[expect(unsafe_code, reason = "the loader tells through a callback of the C library")]
pub(crate) fn load_address() -> u64 {
    /// The first object that the loader tells of is the program itself; any answer but 0 ends the walk.
    unsafe extern "C" fn first(
        info: *mut libc::dl_phdr_info,
        _: libc::size_t,
        address: *mut libc::c_void,
    ) -> libc::c_int {
        // SAFETY: the loader hands a valid description, and `address` is the caller's live local.
        unsafe { *address.cast::<u64>() = (*info).dlpi_addr };
        1
    }
    let mut address = 0_u64;
    // SAFETY: the callback has the right type and writes to a live local only while this call lasts.
    unsafe { libc::dl_iterate_phdr(Some(first), (&raw mut address).cast()) };
    address
}
