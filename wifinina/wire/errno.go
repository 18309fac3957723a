package wire

// Errno is the answer to SOCKET_ERRNO: why the last of the commands 0x70 to
// 0x7F failed; and that to RENAME_FILE. The numbers are newlib's, which ESP-IDF uses; they are not
// those of Linux from 112 on.
type Errno uint8

// The errors lwIP's sockets report.
const (
	EOK             Errno = 0
	ENOENT          Errno = 2 // of RENAME_FILE
	EIO             Errno = 5
	EBADF           Errno = 9 // closed or never opened
	EAGAIN          Errno = 11
	ENOMEM          Errno = 12
	EINVAL          Errno = 22
	ENFILE          Errno = 23 // no descriptor left
	ENOSPC          Errno = 28
	EPIPE           Errno = 32
	ENOSYS          Errno = 88
	EOPNOTSUPP      Errno = 95
	ECONNRESET      Errno = 104 // also: connection refused
	ENOBUFS         Errno = 105
	EAFNOSUPPORT    Errno = 106
	EPROTOTYPE      Errno = 107
	ENOTSOCK        Errno = 108
	ENOPROTOOPT     Errno = 109
	ECONNREFUSED    Errno = 111
	EADDRINUSE      Errno = 112
	ECONNABORTED    Errno = 113
	ENETUNREACH     Errno = 114
	ENETDOWN        Errno = 115
	ETIMEDOUT       Errno = 116
	EHOSTDOWN       Errno = 117
	EHOSTUNREACH    Errno = 118
	EINPROGRESS     Errno = 119
	EALREADY        Errno = 120
	EMSGSIZE        Errno = 122
	EPROTONOSUPPORT Errno = 123
	EADDRNOTAVAIL   Errno = 125
	EISCONN         Errno = 127
	ENOTCONN        Errno = 128
)

// String returns the symbol, as in "EAGAIN", "OK" for 0 and the number for an
// error that is not listed.
func (e Errno) String() string {
	for i := range errnoNames {
		if errnoNames[i].errno == e {
			return errnoNames[i].name
		}
	}
	return decimal(uint8(e))
}

var errnoNames = [...]struct {
	name  string
	errno Errno
}{
	{"OK", EOK}, {"ENOENT", ENOENT}, {"EIO", EIO}, {"EBADF", EBADF}, {"EAGAIN", EAGAIN}, {"ENOMEM", ENOMEM},
	{"EINVAL", EINVAL}, {"ENFILE", ENFILE}, {"ENOSPC", ENOSPC}, {"EPIPE", EPIPE}, {"ENOSYS", ENOSYS},
	{"EOPNOTSUPP", EOPNOTSUPP},
	{"ECONNRESET", ECONNRESET}, {"ENOBUFS", ENOBUFS}, {"EAFNOSUPPORT", EAFNOSUPPORT},
	{"EPROTOTYPE", EPROTOTYPE}, {"ENOTSOCK", ENOTSOCK}, {"ENOPROTOOPT", ENOPROTOOPT},
	{"ECONNREFUSED", ECONNREFUSED}, {"EADDRINUSE", EADDRINUSE}, {"ECONNABORTED", ECONNABORTED},
	{"ENETUNREACH", ENETUNREACH}, {"ENETDOWN", ENETDOWN}, {"ETIMEDOUT", ETIMEDOUT}, {"EHOSTDOWN", EHOSTDOWN},
	{"EHOSTUNREACH", EHOSTUNREACH}, {"EINPROGRESS", EINPROGRESS}, {"EALREADY", EALREADY},
	{"EMSGSIZE", EMSGSIZE}, {"EPROTONOSUPPORT", EPROTONOSUPPORT}, {"EADDRNOTAVAIL", EADDRNOTAVAIL},
	{"EISCONN", EISCONN}, {"ENOTCONN", ENOTCONN},
}
