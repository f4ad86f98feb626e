//! The async form of a point: a hold is a future that a timer thread wakes, so no runtime's thread is blocked.

use super::error::InjectedError;
use super::site::Point;
use super::timer;
use crate::clock::kernel_nanos;
use crate::fault::{self, Dose};
use squall_model::segment::MeterView;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Lets the armed faults act on the current task.
pub(super) async fn act_at(point: &Point) -> Option<InjectedError> {
    let mut injected = None;
    for dose in fault::doses_at(point) {
        match dose {
            Dose::Hold { meter, nanos } => Hold::new(meter, nanos).await,
            Dose::Panic { meter } => fault::raise(&meter, point.name()),
            Dose::Error { meter } => {
                meter.count_fired();
                injected = Some(InjectedError { point: point.name() });
            }
            Dose::Reenter { meter, seed } => fault::reenter(&meter, seed),
        }
    }
    injected
}

/// Waits for a time, or until its fault is healed, and counts the delay that it really caused.
struct Hold {
    meter: MeterView<'static>,
    asked_nanos: u64,
    start_nanos: u64,
    counted: bool,
}

impl Hold {
    fn new(meter: MeterView<'static>, asked_nanos: u64) -> Self {
        meter.begin_hold();
        Self { meter, asked_nanos, start_nanos: kernel_nanos(), counted: false }
    }

    fn count(&mut self) {
        if !self.counted {
            self.counted = true;
            self.meter.end_hold();
            self.meter.count_delay(self.asked_nanos, kernel_nanos() - self.start_nanos);
        }
    }
}

impl Future for Hold {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let deadline = self.start_nanos + self.asked_nanos;
        if kernel_nanos() < deadline && self.meter.armed() {
            timer::wake_at(deadline, context.waker().clone());
            return Poll::Pending;
        }
        self.count();
        Poll::Ready(())
    }
}

/// A task that is dropped while it is held was held for that long.
impl Drop for Hold {
    fn drop(&mut self) {
        self.count();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use squall_model::segment::{Layout, Segment};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::task::Wake;

    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    #[test]
    fn an_async_hold_is_pending_until_its_time_and_then_counted() {
        let layout = Layout::new(1, 1).unwrap();
        let words: &'static [AtomicU64] = Vec::leak((0..layout.bytes() / 8).map(|_| AtomicU64::new(0)).collect());
        let meter = Segment::new(words, layout).unwrap().meter(0);
        meter.set_armed(true);
        let waker = Arc::new(Unpark(std::thread::current())).into();
        let mut context = Context::from_waker(&waker);
        let mut hold = Box::pin(Hold::new(meter, 3_000_000));
        assert!(hold.as_mut().poll(&mut context).is_pending());
        while hold.as_mut().poll(&mut context).is_pending() {
            std::thread::park();
        }
        drop(hold);
        assert_eq!(meter.fired(), 1);
        assert!(meter.delivered_nanos() >= 3_000_000);
        assert_eq!(meter.delivered_histogram().iter().map(|count| count.load(Ordering::Relaxed)).sum::<u64>(), 1);
    }
}
