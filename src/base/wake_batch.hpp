// Wakes that wait: a thread that hands many things over to another wakes it once for all of them.
#pragma once

namespace faasd::base {

// What sleeps until it is woken. A late wake and one too many must do no harm.
class Wakeable {
  public:
    // At once; on a thread within a batch, at the batch's next flush: it must live until then.
    void wake_soon();

  protected:
    Wakeable() = default;
    Wakeable(const Wakeable&) = delete;
    Wakeable& operator=(const Wakeable&) = delete;
    virtual ~Wakeable() = default;

  private:
    friend class WakeBatch;
    virtual void wake() = 0;
};

// The calling thread's. What it handed over may rest until the flush, so within a batch a thread must neither
// wait for anybody nor run code that may.
class WakeBatch {
  public:
    // `by`: who begins it, for begun_by().
    static void begin(const void* by = nullptr);
    [[nodiscard]] static const void* begun_by();
    static void flush();
    static void end();  // flushes; does nothing without a batch
};

}  // namespace faasd::base
