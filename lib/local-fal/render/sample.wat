;; Draws rows of a plane as a camera sees it. This is the only loop that JavaScript runs too slowly: 230 million
;; samples for each video, here 4 at a time. After a change, put the output of this command into sample.wasm.ts:
;;   npx wat2wasm lib/local-fal/render/sample.wat --output=- | base64 -w0
(module
  (memory (export "memory") 1)

  ;; At $pairs, each sample of the plane is followed by the one below it, so that one load gets all four neighbours
  ;; of a place. u / w and v / w are the place of the row's first pixel in the plane, in 1/65536 sample; du, dv and dw
  ;; are the steps to the next pixel. May write up to 3 bytes past the row.
  (func (export "drawRow")
    (param $to i32) (param $columns i32) (param $pairs i32) (param $stride i32)
    (param $u f64) (param $v f64) (param $w f64) (param $du f64) (param $dv f64) (param $dw f64)
    (local $end i32) (local $spanEnd i32)
    (local $x i32) (local $y i32) (local $nextX i32) (local $nextY i32)
    (local $xs v128) (local $ys v128) (local $stepX v128) (local $stepY v128)
    (local $bases v128) (local $strides v128)
    (local $at v128) (local $down v128) (local $across v128) (local $four v128)

    (local.set $bases (i32x4.splat (local.get $pairs)))
    (local.set $strides (i32x4.splat (local.get $stride)))
    (local.set $end (i32.add (local.get $to) (local.get $columns)))
    (local.set $x (i32.trunc_sat_f64_s (f64.div (local.get $u) (local.get $w))))
    (local.set $y (i32.trunc_sat_f64_s (f64.div (local.get $v) (local.get $w))))

    ;; Perspective is exact every 32 pixels and linear between, which is off by about 1/50 pixel.
    (loop $spans
      (local.set $u (f64.add (local.get $u) (f64.mul (local.get $du) (f64.const 32))))
      (local.set $v (f64.add (local.get $v) (f64.mul (local.get $dv) (f64.const 32))))
      (local.set $w (f64.add (local.get $w) (f64.mul (local.get $dw) (f64.const 32))))
      (local.set $nextX (i32.trunc_sat_f64_s (f64.div (local.get $u) (local.get $w))))
      (local.set $nextY (i32.trunc_sat_f64_s (f64.div (local.get $v) (local.get $w))))
      (local.set $stepX
        (i32x4.splat (i32.shr_s (i32.sub (local.get $nextX) (local.get $x)) (i32.const 5))))
      (local.set $stepY
        (i32x4.splat (i32.shr_s (i32.sub (local.get $nextY) (local.get $y)) (i32.const 5))))
      (local.set $xs (i32x4.add (i32x4.splat (local.get $x))
        (i32x4.mul (local.get $stepX) (v128.const i32x4 0 1 2 3))))
      (local.set $ys (i32x4.add (i32x4.splat (local.get $y))
        (i32x4.mul (local.get $stepY) (v128.const i32x4 0 1 2 3))))
      (local.set $stepX (i32x4.shl (local.get $stepX) (i32.const 2)))
      (local.set $stepY (i32x4.shl (local.get $stepY) (i32.const 2)))
      (local.set $x (local.get $nextX))
      (local.set $y (local.get $nextY))
      (local.set $spanEnd (i32.add (local.get $to) (i32.const 32)))
      (if (i32.gt_u (local.get $spanEnd) (local.get $end)) (then (local.set $spanEnd (local.get $end))))

      (loop $pixels
        (local.set $at
          (i32x4.add
            (local.get $bases)
            (i32x4.shl
              (i32x4.add
                (i32x4.mul (i32x4.shr_s (local.get $ys) (i32.const 16)) (local.get $strides))
                (i32x4.shr_s (local.get $xs) (i32.const 16)))
              (i32.const 1))))

        ;; For each of 4 pixels: a sample, the one below it, and the right neighbours of both.
        (local.set $four (v128.load32_zero (i32x4.extract_lane 0 (local.get $at))))
        (local.set $four (v128.load32_lane 1 (i32x4.extract_lane 1 (local.get $at)) (local.get $four)))
        (local.set $four (v128.load32_lane 2 (i32x4.extract_lane 2 (local.get $at)) (local.get $four)))
        (local.set $four (v128.load32_lane 3 (i32x4.extract_lane 3 (local.get $at)) (local.get $four)))

        ;; Bilinear, in 1/256: above * (256 - down) + below * down, then the same across.
        (local.set $down
          (v128.and (i32x4.shr_u (local.get $ys) (i32.const 8)) (v128.const i32x4 255 255 255 255)))
        (local.set $down
          (i32x4.add
            (i32x4.shl (local.get $down) (i32.const 16))
            (i32x4.sub (v128.const i32x4 256 256 256 256) (local.get $down))))
        (local.set $across
          (v128.and (i32x4.shr_u (local.get $xs) (i32.const 8)) (v128.const i32x4 255 255 255 255)))
        (local.set $across
          (i32x4.add
            (i32x4.shl (local.get $across) (i32.const 16))
            (i32x4.sub (v128.const i32x4 256 256 256 256) (local.get $across))))
        ;; Halved in between, to fit into 16 bits with a sign.
        (local.set $four
          (i16x8.narrow_i32x4_s
            (i32x4.shr_u
              (i32x4.dot_i16x8_s
                (i16x8.extend_low_i8x16_u (local.get $four))
                (i8x16.shuffle 0 1 2 3 0 1 2 3 4 5 6 7 4 5 6 7 (local.get $down) (local.get $down)))
              (i32.const 1))
            (i32x4.shr_u
              (i32x4.dot_i16x8_s
                (i16x8.extend_high_i8x16_u (local.get $four))
                (i8x16.shuffle 8 9 10 11 8 9 10 11 12 13 14 15 12 13 14 15
                  (local.get $down) (local.get $down)))
              (i32.const 1))))
        (local.set $four
          (i32x4.shr_u
            (i32x4.add
              (i32x4.dot_i16x8_s (local.get $four) (local.get $across))
              (v128.const i32x4 16384 16384 16384 16384))
            (i32.const 15)))
        (local.set $four (i16x8.narrow_i32x4_s (local.get $four) (local.get $four)))
        (v128.store32_lane 0 (local.get $to) (i8x16.narrow_i16x8_u (local.get $four) (local.get $four)))

        (local.set $xs (i32x4.add (local.get $xs) (local.get $stepX)))
        (local.set $ys (i32x4.add (local.get $ys) (local.get $stepY)))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (br_if $pixels (i32.lt_u (local.get $to) (local.get $spanEnd))))
      (br_if $spans (i32.lt_u (local.get $to) (local.get $end))))))
