! Lorenz-63 as an external model of PPL: the protocol of Documentation/ExternalModels.md, version 1.
!
!     gfortran -O2 -o lorenz63 lorenz63.f90
!
! Stream access reads and writes the bytes of a little-endian machine as they are.
program lorenz63
  use iso_fortran_env, only: int32, int64, real64
  implicit none
  integer, parameter :: n = 3
  character(4) :: kind
  integer(int32) :: count
  integer(int64) :: first, last, k
  integer :: source, sink, status, row
  real(real64), allocatable :: states(:, :)

  open (newunit=source, file='/dev/stdin', access='stream', form='unformatted', action='read')
  open (newunit=sink, file='/dev/stdout', access='stream', form='unformatted', action='write')
  read (source) kind, count, first, last
  write (sink) 'PPLM', 1_int32, int(n, int64), 0_int64
  flush (sink)
  do
    read (source, iostat=status) kind, count, first, last
    if (status /= 0) exit
    allocate (states(n, count))  ! a column is a state
    read (source) states
    do row = 1, count
      do k = first + 1, last
        call step(states(:, row), 0.01_real64)
      end do
    end do
    write (sink) 'DONE', count, first, last, states
    flush (sink)
    deallocate (states)
  end do

contains

  pure function tendency(x) result(rate)
    real(real64), intent(in) :: x(n)
    real(real64) :: rate(n)
    rate(1) = 10*(x(2) - x(1))
    rate(2) = x(1)*(28 - x(3)) - x(2)
    rate(3) = x(1)*x(2) - 8.0_real64/3*x(3)
  end function tendency

  !> One step of the classical Runge-Kutta method.
  subroutine step(x, h)
    real(real64), intent(inout) :: x(n)
    real(real64), intent(in) :: h
    real(real64) :: k1(n), k2(n), k3(n), k4(n)
    k1 = tendency(x)
    k2 = tendency(x + h/2*k1)
    k3 = tendency(x + h/2*k2)
    k4 = tendency(x + h*k3)
    x = x + h/6*(k1 + 2*k2 + 2*k3 + k4)
  end subroutine step
end program lorenz63
